package dev.varve.engine.merge;

import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.rows.ColumnFill;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.StateFiles;
import dev.varve.engine.table.MemoryOperations;
import dev.varve.engine.table.MergeIds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Brings back, with a column that one side dropped and the merge keeps, its values in rows that
 * this side has written without it since.
 *
 * <p>Files that the side wrote so are written again: a row has the value of base's row of the same
 * key, or of the other side's if base has none; a row that no other state knows has none. The side
 * is then merged as if it had never been without the column. Where rows cannot be told apart,
 * nothing is guessed: it is a conflict.
 */
final class DroppedValues {
  static final String CODE = "kept-column-without-values";

  private final ColumnFill fill;
  private final FileIO io;
  private final Consumer<String> dataLocations;
  private final ThreeWay<TableMetadata> sides;
  private final SideSnapshots snapshots;
  private final Conflicts conflicts;

  /**
   * @param dataLocations is told where data will be written, before it is
   * @param conflicts takes what is in the way
   */
  DroppedValues(
      ColumnFill fill,
      FileIO io,
      Consumer<String> dataLocations,
      ThreeWay<TableMetadata> sides,
      SideSnapshots snapshots,
      Conflicts conflicts) {
    this.fill = fill;
    this.io = io;
    this.dataLocations = dataLocations;
    this.sides = sides;
    this.snapshots = snapshots;
    this.conflicts = conflicts;
  }

  /** Restores both sides. If the conflicts gained any, the result means nothing. */
  RestoredSides restore(KeptColumns kept) {
    RestoredSides restored = RestoredSides.nothing(sides);
    if (kept.isEmpty()) {
      return restored;
    }
    DifferingFiles files = differing();
    try {
      if (!kept.ofOurs().isEmpty()) {
        restored = ours(restored, kept, files);
      }
      if (!kept.ofTheirs().isEmpty() && conflicts.isEmpty()) {
        restored = theirs(restored, kept, files);
      }
    } catch (RuntimeException e) {
      restored.discard();
      throw e;
    }
    if (!conflicts.isEmpty()) {
      restored.discard();
    }
    return restored;
  }

  private DifferingFiles differing() {
    TableMetadata base = sides.base().orElseThrow();
    FileDelta ours = FileDiff.between(base, sides.ours(), io);
    FileDelta theirs = FileDiff.between(base, sides.theirs(), io);
    return new FileMerge(sides, ours, theirs, snapshots, io).differing();
  }

  private RestoredSides ours(RestoredSides restored, KeptColumns kept, DifferingFiles files) {
    Side side =
        new Side(
            Winner.OURS,
            conflicts.verb().ours(),
            sides.ours(),
            kept.ofOurs(),
            files.oursWritten(),
            files.lostByOurs());
    return fill(side, sides.theirs(), files.theirsNew(), kept.merged())
        .map(done -> restored.withOurs(replaced(sides.ours(), done), done))
        .orElse(restored);
  }

  /** Row ids that theirs' files take must not be taken by ours' as well. */
  private RestoredSides theirs(RestoredSides restored, KeptColumns kept, DifferingFiles files) {
    TableMetadata ours = restored.sides().ours();
    TableMetadata theirs = MergeIds.above(sides.theirs(), ours);
    Side side =
        new Side(
            Winner.THEIRS,
            conflicts.verb().theirs(),
            theirs,
            kept.ofTheirs(),
            files.theirsWritten(),
            files.lostByTheirs());
    return fill(side, sides.ours(), files.oursNew(), kept.merged())
        .map(
            done -> {
              TableMetadata filled = replaced(theirs, done);
              return restored.withTheirs(MergeIds.above(ours, filled), filled, done);
            })
        .orElse(restored);
  }

  /** A side as it is, what it dropped, the files that it wrote, and those of base that it lost. */
  private record Side(
      Winner winner,
      String word,
      TableMetadata state,
      Set<Integer> columns,
      StateFiles written,
      List<StateFiles> lost) {}

  private Optional<RowMergeResult.Merged> fill(
      Side side, TableMetadata other, StateFiles others, Schema merged) {
    boolean lostRows = side.lost().stream().anyMatch(part -> !part.files().isEmpty());
    StateFiles lacking = fill.lacking(side.written(), side.columns());
    if (lacking.files().isEmpty() || !lostRows) {
      return Optional.empty();
    }
    Set<Integer> key = side.state().schema().identifierFieldIds();
    Optional<Schema> filled = FilledSchema.of(side.state().schema(), merged, side.columns());
    if (key.isEmpty() || !key.equals(sides.base().orElseThrow().schema().identifierFieldIds())) {
      return refuse(side, lacking, "there is no row key that base has as well");
    }
    if (filled.isEmpty()) {
      return refuse(side, lacking, "entries of lists and maps have no key");
    }
    boolean sameKey = other.schema().identifierFieldIds().equals(key);
    RowMergeResult result =
        fill.fill(
            new ColumnFill.Request(
                target(side.state(), filled.get()),
                key,
                side.columns(),
                lacking,
                side.lost(),
                sameKey ? others : new StateFiles(others.state(), List.of())));
    if (result instanceof RowMergeResult.Merged done) {
      return Optional.of(done).filter(it -> !it.removed().isEmpty());
    }
    RowMergeResult.UnclearKeys keys = (RowMergeResult.UnclearKeys) result;
    return refuse(
        side,
        lacking,
        "row keys are on several rows of base or missing, such as "
            + String.join(", ", keys.sample()));
  }

  private BaseTable target(TableMetadata state, Schema schema) {
    TableMetadata target =
        TableMetadata.buildFrom(state)
            .setCurrentSchema(schema, Math.max(state.lastColumnId(), schema.highestFieldId()))
            .build();
    return new BaseTable(new MemoryOperations(target, io, dataLocations), conflicts.table());
  }

  private TableMetadata replaced(TableMetadata state, RowMergeResult.Merged done) {
    return FileReplacement.of(state, done, Map.of("varve.restored-columns", "true"), io);
  }

  /** Whoever said that a column is kept is asked again, and can only say that it is dropped. */
  private Optional<RowMergeResult.Merged> refuse(Side side, StateFiles lacking, String why) {
    Schema base = sides.base().orElseThrow().schema();
    long rows = lacking.rows();
    for (int id : side.columns()) {
      String column = base.findColumnName(id);
      conflicts.askAgain(
          new Problem(
              CODE,
              "column '%s' of '%s' cannot be kept: %s that %s wrote without it would have no value, for %s"
                  .formatted(column, conflicts.table(), Counted.of(rows, "row"), side.word(), why),
              "say that the column is dropped, or give '%s' a row key on both branches and merge again"
                  .formatted(conflicts.table()),
              Map.of("column", column, "rows", Long.toString(rows))),
          side.winner());
    }
    return Optional.empty();
  }
}
