package dev.varve.engine.merge;

import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Merges three states of one table at the cheapest level that is exact.
 *
 * <p>Reads manifests, and the key columns of those added files whose keys may be on both sides.
 * Writes new manifests through the given FileIO. Ours and theirs must both differ from base.
 */
final class StateMerge {
  private final Conflicts conflicts;
  private final SharedKeys sharedKeys;
  private final ThreeWay<TableMetadata> sides;
  private final FileDelta ours;
  private final FileDelta theirs;
  private final FileMerge files;

  private StateMerge(
      Conflicts conflicts, ThreeWay<TableMetadata> sides, FileIO io, SharedKeys sharedKeys) {
    TableMetadata base = sides.base().orElseThrow();
    this.conflicts = conflicts;
    this.sharedKeys = sharedKeys;
    this.sides = sides;
    this.ours = FileDiff.between(base, sides.ours(), io);
    this.theirs = FileDiff.between(base, sides.theirs(), io);
    this.files = new FileMerge(sides, ours, theirs, io);
  }

  /**
   * Merges the states of a table.
   *
   * @param conflicts takes what the sides disagree on; knows the table for messages
   */
  static StateMergeResult merge(
      Conflicts conflicts, ThreeWay<TableMetadata> sides, FileIO io, SharedKeys sharedKeys) {
    return new StateMerge(conflicts, sides, io, sharedKeys).merge();
  }

  private StateMergeResult merge() {
    boolean theirsContinues = ours.isEmpty() && !theirs.isEmpty() && theirsContinuesOurs();
    TableMetadata merged =
        MetadataMerge.merge(sides, theirsContinues ? sides.theirs() : sides.ours(), conflicts);
    if (conflicts.isEmpty()) {
      files.deletedByMissing(merged.schema()).forEach(this::droppedAndDeletedBy);
    }
    if (!conflicts.isEmpty()) {
      return new MetadataConflicts(conflicts.found());
    }
    Optional<String> unfit = unfit(merged);
    if (unfit.isPresent()) {
      return needsRows(Why.ROWS_MAY_NOT_FIT, merged, Map.of("reason", unfit.get()));
    }
    if (theirsContinues) {
      return new Combined(
          merged, MergeLevel.METADATA, theirs.addedCounts(), theirs.removedCounts());
    }
    Set<String> both = files.sameOnBothSides() ? Set.of() : files.changedByBoth();
    if (!both.isEmpty()) {
      return needsRows(Why.SAME_FILES, merged, Map.of("files", Integer.toString(both.size())));
    }
    if (files.theirsBringsNothing()) {
      return new Combined(merged, MergeLevel.METADATA, FileCounts.NONE, FileCounts.NONE);
    }
    return mergeFiles(merged);
  }

  private void droppedAndDeletedBy(int column) {
    String name = sides.base().orElseThrow().schema().findColumnName(column);
    conflicts.add(
        "column-dropped-and-used",
        "column '%s' of '%s' is dropped on one side, and delete files of the other delete rows by it"
            .formatted(name, conflicts.table()),
        "rewrite the data files on the side with the delete files, or add the column again, then"
            + " merge again",
        Map.of("column", String.valueOf(name)));
  }

  /** Whether theirs' snapshots follow on ours', so that they are this branch's future history. */
  private boolean theirsContinuesOurs() {
    Snapshot ours = sides.ours().currentSnapshot();
    TableMetadata theirs = sides.theirs();
    return ours == null
        ? sides.ours().snapshots().isEmpty()
        : theirs.snapshot(ours.snapshotId()) != null
            && SnapshotUtil.isAncestorOf(
                theirs.currentSnapshot().snapshotId(), ours.snapshotId(), theirs::snapshot);
  }

  private StateMergeResult mergeFiles(TableMetadata merged) {
    if (!files.fits(merged)) {
      conflicts.add(
          "partition-column-dropped",
          "%s added files to '%s' that are partitioned by a column that is not there %s"
              .formatted(conflicts.verb().theirs(), conflicts.table(), conflicts.verb().inOurs()),
          "add the column again, or take it out of the partitioning and rewrite those files",
          Map.of());
      return new MetadataConflicts(conflicts.found());
    }
    Set<Integer> key = merged.schema().identifierFieldIds();
    SharedKeys.Found shared = sharedKeys(merged, key);
    if (shared.count() > 0) {
      return needsRows(
          Why.SAME_KEYS,
          merged,
          Map.of(
              "keys", Long.toString(shared.count()), "sample", String.join("; ", shared.sample())));
    }
    return files
        .combine(merged)
        .<StateMergeResult>map(
            combined ->
                new Combined(
                    combined,
                    MergeLevel.FILES,
                    FileCounts.of(files.theirsAdded()),
                    FileCounts.of(files.theirsRemoved())))
        .orElseGet(() -> needsRows(Why.DELETES_REACH_FURTHER, merged, Map.of()));
  }

  private SharedKeys.Found sharedKeys(TableMetadata merged, Set<Integer> key) {
    SharedKeys.Found none = new SharedKeys.Found(0, List.of());
    if (key.isEmpty()) {
      return none;
    }
    KeyRanges ranges = new KeyRanges(merged.schema(), key);
    List<DataFile> ofOurs = ranges.overlapping(files.oursAdded(), files.theirsAdded());
    List<DataFile> ofTheirs = ranges.overlapping(files.theirsAdded(), files.oursAdded());
    return ofOurs.isEmpty()
        ? none
        : sharedKeys.find(
            new KeyFiles(sides.ours(), ofOurs), new KeyFiles(sides.theirs(), ofTheirs), key);
  }

  /** Why rows that one side added may not fit what the other side asks of rows, if so. */
  private Optional<String> unfit(TableMetadata merged) {
    return unfit(merged, sides.ours(), files.oursAdded(), conflicts.verb().ours())
        .or(() -> unfit(merged, sides.theirs(), files.theirsAdded(), conflicts.verb().theirs()));
  }

  private static Optional<String> unfit(
      TableMetadata merged, TableMetadata side, List<DataFile> added, String name) {
    if (added.isEmpty()) {
      return Optional.empty();
    }
    Set<Integer> key = merged.schema().identifierFieldIds();
    if (!key.isEmpty() && !key.equals(side.schema().identifierFieldIds())) {
      return Optional.of(
          "the row key is now %s, which the rows that %s added did not know of"
              .formatted(merged.schema().identifierFieldNames(), name));
    }
    return merged.schema().columns().stream()
        .filter(column -> mayLack(column, side, added))
        .findFirst()
        .map(
            column ->
                "column '%s' is now required, and rows that %s added may lack it"
                    .formatted(column.name(), name));
  }

  private static boolean mayLack(NestedField column, TableMetadata side, List<DataFile> added) {
    if (column.isOptional()) {
      return false;
    }
    NestedField there = side.schema().findField(column.fieldId());
    if (there == null) {
      return column.initialDefault() == null;
    }
    return there.isOptional() && added.stream().anyMatch(file -> mayHoldNull(column, file));
  }

  private static boolean mayHoldNull(NestedField column, DataFile file) {
    Map<Integer, Long> nulls = file.nullValueCounts();
    return nulls == null || nulls.getOrDefault(column.fieldId(), 1L) > 0;
  }

  private NeedsRows needsRows(Why why, TableMetadata merged, Map<String, String> details) {
    TableMetadata base = sides.base().orElseThrow();
    return new NeedsRows(
        why,
        merged,
        SideChange.of(base, sides.ours(), ours),
        SideChange.of(base, sides.theirs(), theirs),
        files::differing,
        new TreeMap<>(details));
  }
}
