package dev.varve.engine.merge;

import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.rows.ColumnChange;
import dev.varve.engine.merge.rows.ColumnFill;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.merge.rows.StateFiles;
import dev.varve.engine.sql.Duck;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Compares the column in DuckDB, once. Reads files only of a side that rewrote or deleted some of
 * base. Not safe for use by threads.
 */
final class DuckColumnWrites implements ColumnWrites {
  private final ThreeWay<TableMetadata> sides;
  private final SideSnapshots snapshots;
  private final ColumnChange change;
  private final ColumnFill fill;
  private final FileIO io;
  private final Map<List<Object>, Long> known = new HashMap<>();
  private final Map<List<Object>, Boolean> held = new HashMap<>();
  private final Map<Winner, RowWork> works = new EnumMap<>(Winner.class);
  private Optional<DifferingFiles> files = Optional.empty();

  DuckColumnWrites(
      ThreeWay<TableMetadata> sides, SideSnapshots snapshots, Supplier<Duck> duck, FileIO io) {
    this.sides = sides;
    this.snapshots = snapshots;
    this.change = new ColumnChange(duck, io);
    this.fill = new ColumnFill(duck, io);
    this.io = io;
  }

  @Override
  public long rows(Winner side, int column) {
    return known.computeIfAbsent(List.of(side, column), it -> count(side, column));
  }

  private long count(Winner side, int column) {
    boolean ours = side == Winner.OURS;
    List<StateFiles> lost = ours ? files().lostByOurs() : files().lostByTheirs();
    StateFiles added = ours ? files().oursNew() : files().theirsNew();
    if (lost.stream().allMatch(part -> part.files().isEmpty()) || added.files().isEmpty()) {
      return 0;
    }
    works.put(side, RowWork.ofColumns(lost, added, ours));
    return change.rows(lost, added, key(side), column);
  }

  /** Reads the footers of the files that the side wrote, once. */
  @Override
  public boolean holds(Winner side, int column) {
    return held.computeIfAbsent(List.of(side, column), it -> isHeld(side, column));
  }

  private boolean isHeld(Winner side, int column) {
    StateFiles written = side == Winner.OURS ? files().oursWritten() : files().theirsWritten();
    return fill.lacking(written, Set.of(column)).files().size() < written.files().size();
  }

  private DifferingFiles files() {
    if (files.isEmpty()) {
      files = Optional.of(differing());
    }
    return files.get();
  }

  @Override
  public Optional<RowWork> work() {
    return works.values().stream().reduce(RowWork::plus);
  }

  private DifferingFiles differing() {
    TableMetadata base = sides.base().orElseThrow();
    return new FileMerge(
            sides,
            FileDiff.between(base, sides.ours(), io),
            FileDiff.between(base, sides.theirs(), io),
            snapshots,
            io)
        .differing();
  }

  private Set<Integer> key(Winner side) {
    Set<Integer> key = sides.of(side).schema().identifierFieldIds();
    return key.equals(sides.base().orElseThrow().schema().identifierFieldIds()) ? key : Set.of();
  }
}
