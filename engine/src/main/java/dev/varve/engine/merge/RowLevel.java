package dev.varve.engine.merge;

import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.rows.KeptConflicts;
import dev.varve.engine.merge.rows.RowMerge;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowPlan;
import dev.varve.engine.merge.rows.RowStrategies;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.table.MemoryOperations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The last level of a table's merge: compares rows, and puts what comes of it in one new snapshot
 * on ours' lineage.
 */
final class RowLevel {
  private final ThreeWay<TableMetadata> sides;
  private final NeedsRows needed;
  private final FileIO io;
  private final Consumer<String> dataLocations;

  RowLevel(ThreeWay<TableMetadata> sides, NeedsRows needed, FileIO io) {
    this(sides, needed, io, location -> {});
  }

  /**
   * @param dataLocations is told where data will be written, before it is
   */
  RowLevel(
      ThreeWay<TableMetadata> sides, NeedsRows needed, FileIO io, Consumer<String> dataLocations) {
    this.dataLocations = dataLocations;
    this.sides = sides;
    this.needed = needed;
    this.io = io;
  }

  /** Merges the rows; conflicts are not kept. */
  RowMergeResult merge(RowMerge rows, String table, RowStrategies strategies, RowPage page) {
    return merge(rows, table, plan(strategies), page, Optional.empty());
  }

  /** What is to be compared. Reads manifests. */
  RowPlan plan(RowStrategies strategies) {
    return new RowPlan(key(), needed.files().get(), strategies);
  }

  RowMergeResult merge(
      RowMerge rows, String table, RowPlan plan, RowPage page, Optional<KeptConflicts> kept) {
    return rows.merge(
        new RowMerge.Request(
            new BaseTable(new MemoryOperations(target(), io, dataLocations), table),
            plan.key(),
            plan.files(),
            plan.strategies(),
            page,
            kept));
  }

  /**
   * The merged table as rows are written for it: a value that one side did not have to give may be
   * missing there, which is looked for when all rows are known.
   */
  TableMetadata target() {
    TableMetadata merged = needed.metadata();
    NewRules rules = NewRules.of(sides, merged.schema());
    if (rules.forOurs().isEmpty() && rules.forTheirs().isEmpty()) {
      return merged;
    }
    List<NestedField> columns =
        merged.schema().columns().stream()
            .map(column -> NestedField.from(column).asOptional().build())
            .toList();
    return TableMetadata.buildFrom(merged)
        .setCurrentSchema(new Schema(columns), merged.lastColumnId())
        .build();
  }

  /** The row key, if all three sides have it; else rows were written that it does not bind. */
  private Set<Integer> key() {
    Set<Integer> key = sides.ours().schema().identifierFieldIds();
    boolean alike =
        Stream.of(sides.base().orElseThrow(), sides.theirs(), needed.metadata())
            .allMatch(state -> state.schema().identifierFieldIds().equals(key));
    return alike ? key : Set.of();
  }

  /** The merged table with the files that the rows came to. */
  Combined combine(RowMergeResult.Merged rows) {
    return new Combined(
        rows.removed().isEmpty() && rows.written().files().isEmpty()
            ? needed.metadata()
            : replaced(rows),
        MergeLevel.ROWS,
        FileCounts.of(rows.written().files()),
        FileCounts.of(rows.removed().stream().map(ScanFile::file).toList()),
        Optional.of(rows.work()));
  }

  private TableMetadata replaced(RowMergeResult.Merged rows) {
    Snapshot theirs = sides.theirs().currentSnapshot();
    Map<String, String> summary =
        theirs == null
            ? Map.of()
            : Map.of("varve.merged-snapshot-id", Long.toString(theirs.snapshotId()));
    return FileReplacement.of(needed.metadata(), carried(rows), summary, io);
  }

  /** The files of ours as the merged table has them, whose columns may be wider. */
  private RowMergeResult.Merged carried(RowMergeResult.Merged rows) {
    CarriedFiles carried = new CarriedFiles(sides.ours(), needed.metadata());
    return new RowMergeResult.Merged(
        rows.removed().stream()
            .map(
                file ->
                    new ScanFile(
                        carried.data(file.file()),
                        file.deletes().stream().map(carried::delete).toList()))
            .toList(),
        rows.written(),
        rows.work());
  }
}
