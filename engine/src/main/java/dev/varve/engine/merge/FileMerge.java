package dev.varve.engine.merge;

import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.sql.DeletionVector;
import dev.varve.engine.table.ManifestThreads;
import dev.varve.engine.table.MemoryOperations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.ContentFileUtil;

/**
 * Combines the file sets of two sides in one new snapshot on ours' lineage. No data file is read.
 *
 * <p>Exact when no file of base was changed by both sides, where a file is changed by being removed
 * or by other deletes applying to it. What both sides hold new under one name is one change made on
 * both, such as by a cherry-pick. Theirs' files enter with the merge's sequence number; where
 * delete files exist, Iceberg's planner is asked afterwards whether each data file still has
 * precisely the deletes of the side that it came from, and the result is refused if not.
 */
final class FileMerge {
  private final ThreeWay<TableMetadata> sides;
  private final FileDelta ours;
  private final FileDelta theirs;
  private final SideSnapshots snapshots;
  private final FileIO io;
  private final boolean anyDeletes;
  private final Optional<ThreeWay<AppliedDeletes>> deletes;

  FileMerge(
      ThreeWay<TableMetadata> sides,
      FileDelta ours,
      FileDelta theirs,
      SideSnapshots snapshots,
      FileIO io) {
    this.sides = sides;
    this.ours = ours;
    this.theirs = theirs;
    this.snapshots = snapshots;
    this.io = io;
    this.anyDeletes =
        Stream.of(sides.base().orElseThrow(), sides.ours(), sides.theirs())
            .anyMatch(this::hasDeletes);
    this.deletes =
        anyDeletes ? Optional.of(sides.map(side -> AppliedDeletes.of(side, io))) : Optional.empty();
  }

  private boolean hasDeletes(TableMetadata side) {
    Snapshot current = side.currentSnapshot();
    return current != null && !current.deleteManifests(io).isEmpty();
  }

  /**
   * The columns by whose values delete files delete rows of {@linkplain #combine combined} files,
   * and that the merged table does not have: engines could not read such a table.
   */
  Set<Integer> deletedByMissing(Schema merged) {
    return deletedByMissing(merged, locations(ours.removed()), locations(theirs.removed()));
  }

  /** The same if rows are compared, when any file of a side may stay as it is. */
  Set<Integer> deletedByMissingInAnyFile(Schema merged) {
    return deletedByMissing(merged, Set.of(), Set.of());
  }

  private Set<Integer> deletedByMissing(
      Schema merged, Set<String> goneInOurs, Set<String> goneInTheirs) {
    Set<Integer> missing = new TreeSet<>();
    deletes.ifPresent(
        applied -> {
          missing.addAll(deletedBy(applied.ours(), goneInTheirs, sides.ours().schema()));
          missing.addAll(deletedBy(applied.theirs(), goneInOurs, sides.theirs().schema()));
        });
    missing.removeIf(id -> merged.findField(id) != null);
    return missing;
  }

  private static Set<Integer> deletedBy(AppliedDeletes applied, Set<String> gone, Schema schema) {
    return applied.locations().stream()
        .filter(location -> !gone.contains(location))
        .flatMap(location -> applied.task(location).stream())
        .flatMap(task -> task.deletes().stream())
        .filter(delete -> delete.content() == FileContent.EQUALITY_DELETES)
        .flatMap(delete -> delete.equalityFieldIds().stream())
        .filter(id -> schema.findField(id) != null)
        .collect(Collectors.toSet());
  }

  /** The data files that only ours adds. */
  List<DataFile> oursAdded() {
    return without(ours.added(), theirs.added());
  }

  /** The data files that only theirs adds. */
  List<DataFile> theirsAdded() {
    return without(theirs.added(), ours.added());
  }

  /** The data files with rows that ours may have and base has not. */
  List<DataFile> withRowsOfOurs() {
    return withRows(oursAdded(), ThreeWay::ours);
  }

  /** The data files with rows that theirs may have and base has not. */
  List<DataFile> withRowsOfTheirs() {
    return withRows(theirsAdded(), ThreeWay::theirs);
  }

  /** Added files, and those of base from which a side has taken deletes back. */
  private List<DataFile> withRows(
      List<DataFile> added, Function<ThreeWay<AppliedDeletes>, AppliedDeletes> side) {
    if (deletes.isEmpty()) {
      return added;
    }
    AppliedDeletes base = deletes.get().base().orElseThrow();
    AppliedDeletes now = side.apply(deletes.get());
    List<DataFile> files = new ArrayList<>(added);
    for (String location : now.locations()) {
      base.task(location)
          .filter(was -> !stillDeleted(was, now.task(location).orElseThrow()))
          .ifPresent(was -> files.add(was.file()));
    }
    return files;
  }

  /** Whether what was deleted from a file certainly is deleted still. */
  private boolean stillDeleted(FileScanTask was, FileScanTask now) {
    Set<String> names = now.deletes().stream().map(FileMerge::name).collect(Collectors.toSet());
    return was.deletes().stream()
        .allMatch(
            delete ->
                names.contains(name(delete))
                    || (ContentFileUtil.isDV(delete)
                        && now.deletes().stream()
                            .filter(ContentFileUtil::isDV)
                            .anyMatch(other -> DeletionVector.covers(io, other, delete))));
  }

  /** The data files of base that only theirs removes. */
  List<DataFile> theirsRemoved() {
    return without(theirs.removed(), ours.removed());
  }

  private List<DeleteFile> theirsAddedDeletes() {
    return without(theirs.addedDeletes(), ours.addedDeletes());
  }

  private List<DeleteFile> theirsRemovedDeletes() {
    return without(theirs.removedDeletes(), ours.removedDeletes());
  }

  private static <F extends ContentFile<F>> List<F> without(List<F> files, List<F> others) {
    Set<String> names = others.stream().map(FileMerge::name).collect(Collectors.toSet());
    return files.stream().filter(file -> !names.contains(name(file))).toList();
  }

  private static String name(ContentFile<?> file) {
    return AppliedDeletes.name(file);
  }

  /** Whether theirs brings nothing that ours does not hold already. */
  boolean theirsBringsNothing() {
    return bringsNothing(theirs, ours);
  }

  /** Whether ours and theirs hold the same files. */
  boolean sameOnBothSides() {
    return bringsNothing(theirs, ours) && bringsNothing(ours, theirs);
  }

  private static boolean bringsNothing(FileDelta side, FileDelta other) {
    return without(side.added(), other.added()).isEmpty()
        && without(side.removed(), other.removed()).isEmpty()
        && without(side.addedDeletes(), other.addedDeletes()).isEmpty()
        && without(side.removedDeletes(), other.removedDeletes()).isEmpty();
  }

  /**
   * The files that both sides changed and not in the same way, as locations.
   *
   * <p>Files removed by both sides are the same change only if the sides added the same: else the
   * rows of such a file may live on in what either side added.
   */
  Set<String> changedByBoth() {
    Set<String> both = changed(ours, ThreeWay::ours);
    both.retainAll(changed(theirs, ThreeWay::theirs));
    boolean sameAdditions = oursAdded().isEmpty() && theirsAdded().isEmpty();
    if (sameAdditions) {
      both.removeAll(locations(without(ours.removed(), without(ours.removed(), theirs.removed()))));
    }
    both.addAll(hadByBothAndReplaced());
    both.addAll(addedAlikeAndDeletedFromSince());
    return both;
  }

  /**
   * Files new since base that both sides had, and that one of them or both have rewritten since: a
   * cherry-picked append, say, that was compacted where it came from. Both sides' files, added up,
   * would hold the rows twice.
   */
  private Set<String> hadByBothAndReplaced() {
    TableMetadata base = sides.base().orElseThrow();
    Set<String> onceOurs = AddedSince.locations(snapshots.since(base, sides.ours()), io);
    Set<String> onceTheirs = AddedSince.locations(snapshots.since(base, sides.theirs()), io);
    Set<String> replaced = locations(oursAdded());
    replaced.retainAll(onceTheirs);
    Set<String> replacedByOurs = locations(theirsAdded());
    replacedByOurs.retainAll(onceOurs);
    replaced.addAll(replacedByOurs);
    Set<String> replacedByBoth = new HashSet<>(onceOurs);
    replacedByBoth.retainAll(onceTheirs);
    replacedByBoth.removeAll(locations(ours.added()));
    replacedByBoth.removeAll(locations(theirs.added()));
    replaced.addAll(replacedByBoth);
    return replaced;
  }

  /** Files that both sides added, to which not the same deletes apply on both. */
  private Set<String> addedAlikeAndDeletedFromSince() {
    Set<String> alike = locations(ours.added());
    alike.retainAll(locations(theirs.added()));
    deletes.ifPresent(
        applied ->
            alike.removeIf(it -> applied.ours().deletes(it).equals(applied.theirs().deletes(it))));
    return deletes.isPresent() ? alike : Set.of();
  }

  /** The files whose rows decide what the files do not. */
  DifferingFiles differing() {
    return deletes.isPresent()
        ? RowFiles.of(sides, deletes.get(), snapshots, io)
        : RowFiles.ofPlain(sides, ours, theirs, snapshots, io);
  }

  private Set<String> changed(
      FileDelta delta, Function<ThreeWay<AppliedDeletes>, AppliedDeletes> side) {
    Set<String> changed = new HashSet<>(locations(delta.removed()));
    if (deletes.isPresent()) {
      AppliedDeletes base = deletes.get().base().orElseThrow();
      AppliedDeletes now = side.apply(deletes.get());
      for (String location : now.locations()) {
        if (base.task(location).isPresent()
            && !base.deletes(location).equals(now.deletes(location))) {
          changed.add(location);
        }
      }
    }
    return changed;
  }

  private static Set<String> locations(List<DataFile> files) {
    return files.stream().map(ContentFile::location).collect(Collectors.toSet());
  }

  /** Whether each file of theirs can be told in a partition spec of {@code into}. */
  boolean fits(TableMetadata into) {
    CarriedFiles carried = new CarriedFiles(sides.theirs(), into);
    return theirsAdded().stream().allMatch(carried::fits)
        && theirsAddedDeletes().stream().allMatch(carried::fits);
  }

  /**
   * Applies theirs' changes to {@code into}, the merged metadata with ours' files.
   *
   * @return the table with one more snapshot, or empty if delete files would then apply to rows
   *     that they did not apply to on their own side, or if the table's format, to which ours was
   *     upgraded, no longer takes delete files of their kind
   */
  Optional<TableMetadata> combine(TableMetadata into) {
    if (into.formatVersion() >= 3
        && !theirsAddedDeletes().stream().allMatch(FileMerge::isNewForm)) {
      return Optional.empty(); // the format has vectors instead of these
    }
    MemoryOperations operations = new MemoryOperations(into, io);
    RowDelta delta =
        new BaseTable(operations, "merged")
            .newRowDelta()
            .scanManifestsWith(ManifestThreads.of(into, io));
    CarriedFiles carried = new CarriedFiles(sides.theirs(), into);
    CarriedFiles known = new CarriedFiles(sides.base().orElseThrow(), into);
    theirsAdded().forEach(file -> delta.addRows(carried.data(file)));
    theirsRemoved().forEach(file -> delta.removeRows(known.data(file)));
    theirsAddedDeletes().forEach(file -> delta.addDeletes(carried.delete(file)));
    theirsRemovedDeletes().forEach(file -> delta.removeDeletes(known.delete(file)));
    if (into.currentSnapshot() != null) {
      delta.validateFromSnapshot(into.currentSnapshot().snapshotId());
    }
    if (sides.theirs().currentSnapshot() != null) {
      long merged = sides.theirs().currentSnapshot().snapshotId();
      delta.set("varve.merged-snapshot-id", Long.toString(merged));
    }
    delta.validateDeletedFiles().commit();
    TableMetadata merged = operations.current();
    return deletes.isEmpty() || keepsDeletes(merged) ? Optional.of(merged) : Optional.empty();
  }

  private static boolean isNewForm(DeleteFile delete) {
    return delete.content() == FileContent.EQUALITY_DELETES || ContentFileUtil.isDV(delete);
  }

  private boolean keepsDeletes(TableMetadata merged) {
    AppliedDeletes applied;
    try {
      applied = AppliedDeletes.of(merged, io);
    } catch (ValidationException e) {
      return false; // a deletion vector that no longer belongs to the file it names
    }
    ThreeWay<AppliedDeletes> sides = deletes.orElseThrow();
    for (String location : applied.locations()) {
      if (!applied.deletes(location).equals(expected(location, sides))) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> expected(String location, ThreeWay<AppliedDeletes> sides) {
    Optional<AppliedDeletes> base = sides.base().filter(side -> side.task(location).isPresent());
    if (sides.ours().task(location).isEmpty()) {
      return sides.theirs().deletes(location);
    }
    if (sides.theirs().task(location).isEmpty()) {
      return sides.ours().deletes(location);
    }
    return new ThreeWay<>(
            base.map(side -> side.deletes(location)),
            sides.ours().deletes(location),
            sides.theirs().deletes(location))
        .merged();
  }
}
