package dev.varve.engine.merge;

import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.StateFiles;
import dev.varve.engine.sql.ScanFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Finds the files whose rows a merge of rows compares.
 *
 * <p>A file that came to both sides under one name, such as by a cherry-pick, is taken for a file
 * of base: what either side did to it since is that side's change, and its rows are not there
 * twice. It is so too if one side or both have it no longer.
 */
final class RowFiles {
  private final ThreeWay<TableMetadata> sides;
  private final SideSnapshots snapshots;
  private final FileIO io;
  private final Map<String, Placed> base;
  private final Map<String, Placed> ours;
  private final Map<String, Placed> theirs;

  /** A file as a state has it. */
  private record Placed(TableMetadata state, ScanFile file, Set<String> deletes) {
    static Placed plain(TableMetadata state, DataFile file) {
      return new Placed(state, new ScanFile(file, List.of()), Set.of());
    }

    /** The same file with only those deletes that another state has too. */
    Placed sharing(Set<String> others) {
      return new Placed(
          state,
          new ScanFile(
              file.file(),
              file.deletes().stream()
                  .filter(delete -> others.contains(AppliedDeletes.name(delete)))
                  .toList()),
          intersection(others));
    }

    private Set<String> intersection(Set<String> others) {
      Set<String> shared = new HashSet<>(deletes);
      shared.retainAll(others);
      return shared;
    }
  }

  private RowFiles(
      ThreeWay<TableMetadata> sides,
      SideSnapshots snapshots,
      FileIO io,
      Map<String, Placed> base,
      Map<String, Placed> ours,
      Map<String, Placed> theirs) {
    this.sides = sides;
    this.snapshots = snapshots;
    this.io = io;
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
  }

  /** Of states without delete files: only the files that were added or removed matter. */
  static DifferingFiles ofPlain(
      ThreeWay<TableMetadata> sides,
      FileDelta ours,
      FileDelta theirs,
      SideSnapshots snapshots,
      FileIO io) {
    TableMetadata state = sides.base().orElseThrow();
    Map<String, Placed> base = new TreeMap<>();
    ours.removed().forEach(file -> base.put(file.location(), Placed.plain(state, file)));
    theirs.removed().forEach(file -> base.put(file.location(), Placed.plain(state, file)));
    return new RowFiles(
            sides,
            snapshots,
            io,
            base,
            plain(base, sides.ours(), ours),
            plain(base, sides.theirs(), theirs))
        .differing();
  }

  private static Map<String, Placed> plain(
      Map<String, Placed> base, TableMetadata side, FileDelta delta) {
    Map<String, Placed> files = new TreeMap<>();
    base.forEach((location, file) -> files.put(location, Placed.plain(side, file.file().file())));
    delta.removed().forEach(file -> files.remove(file.location()));
    delta.added().forEach(file -> files.put(file.location(), Placed.plain(side, file)));
    return files;
  }

  /** Of states with delete files. */
  static DifferingFiles of(
      ThreeWay<TableMetadata> sides,
      ThreeWay<AppliedDeletes> applied,
      SideSnapshots snapshots,
      FileIO io) {
    return new RowFiles(
            sides,
            snapshots,
            io,
            placed(sides.base().orElseThrow(), applied.base().orElseThrow()),
            placed(sides.ours(), applied.ours()),
            placed(sides.theirs(), applied.theirs()))
        .differing();
  }

  private static Map<String, Placed> placed(TableMetadata state, AppliedDeletes applied) {
    Map<String, Placed> files = new TreeMap<>();
    for (String location : applied.locations()) {
      ScanFile file = ScanFile.of(applied.task(location).orElseThrow());
      files.put(location, new Placed(state, file, applied.deletes(location)));
    }
    return files;
  }

  private DifferingFiles differing() {
    addShared();
    List<Placed> lostByTheirs = missing(base, theirs);
    List<Placed> kept = new ArrayList<>();
    for (Placed file : lostByTheirs) {
      find(ours, file).filter(it -> it.deletes().equals(file.deletes())).ifPresent(kept::add);
    }
    return new DifferingFiles(
        byState(lostByTheirs),
        ofSide(sides.theirs(), missing(theirs, base)),
        byState(missing(base, ours)),
        ofSide(sides.ours(), missing(ours, base)),
        ofSide(sides.ours(), kept));
  }

  private void addShared() {
    TableMetadata start = sides.base().orElseThrow();
    Map<String, Placed> shared = new LinkedHashMap<>();
    List<SideSnapshots.Made> madeByOurs = snapshots.since(start, sides.ours());
    Set<String> onceOurs = AddedSince.locations(madeByOurs, io);
    Set<String> onceTheirs = AddedSince.locations(snapshots.since(start, sides.theirs()), io);
    ours.forEach(
        (location, file) -> {
          if (theirs.containsKey(location)) {
            shared.put(location, file.sharing(theirs.get(location).deletes()));
          } else if (onceTheirs.contains(location)) {
            shared.put(location, file.sharing(Set.of()));
          }
        });
    theirs.forEach(
        (location, file) -> {
          if (onceOurs.contains(location)) {
            shared.putIfAbsent(location, file.sharing(Set.of()));
          }
        });
    Set<String> goneFromBoth = new HashSet<>(onceOurs);
    goneFromBoth.retainAll(onceTheirs);
    goneFromBoth.removeAll(ours.keySet());
    goneFromBoth.removeAll(theirs.keySet());
    AddedSince.files(madeByOurs, io, goneFromBoth)
        .forEach(
            (location, added) ->
                shared.putIfAbsent(location, Placed.plain(added.table(), added.file())));
    shared.forEach(base::putIfAbsent);
  }

  private static Optional<Placed> find(Map<String, Placed> files, Placed file) {
    return Optional.ofNullable(files.get(file.file().file().location()));
  }

  /** The files of one state that another does not have with the same deletes. */
  private static List<Placed> missing(Map<String, Placed> state, Map<String, Placed> other) {
    return state.values().stream()
        .filter(
            file -> find(other, file).filter(it -> it.deletes().equals(file.deletes())).isEmpty())
        .toList();
  }

  private static StateFiles ofSide(TableMetadata side, List<Placed> files) {
    return new StateFiles(side, files.stream().map(Placed::file).toList());
  }

  private static List<StateFiles> byState(List<Placed> files) {
    List<StateFiles> parts = new ArrayList<>();
    files.stream()
        .map(Placed::state)
        .distinct()
        .forEach(
            state ->
                parts.add(
                    ofSide(state, files.stream().filter(it -> it.state() == state).toList())));
    return parts;
  }
}
