package dev.varve.engine.merge;

import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import dev.varve.engine.merge.rows.KeyRanges;
import dev.varve.engine.merge.rows.RowWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Merges three states of one table at the cheapest level that is exact.
 *
 * <p>Reads manifests, and the key columns of those files whose rows came on one side and whose keys
 * may have come on the other too. Where one side asks of rows what the other did not, or dropped a
 * column of rows that the other wrote anew, reads the columns in question of the files that differ.
 * Writes new manifests through the given FileIO. Ours and theirs must both differ from base.
 */
final class StateMerge {
  private final Conflicts conflicts;
  private final SharedKeys sharedKeys;
  private final RowFit fit;
  private final ColumnWrites writes;
  private final SideSnapshots snapshots;
  private final ThreeWay<TableMetadata> sides;
  private final FileDelta ours;
  private final FileDelta theirs;
  private final FileMerge files;

  private StateMerge(
      Conflicts conflicts,
      ThreeWay<TableMetadata> sides,
      FileIO io,
      SharedKeys sharedKeys,
      RowFit fit,
      ColumnWrites writes,
      SideSnapshots snapshots) {
    TableMetadata base = sides.base().orElseThrow();
    this.conflicts = conflicts;
    this.sharedKeys = sharedKeys;
    this.fit = fit;
    this.writes = writes;
    this.snapshots = snapshots;
    this.sides = sides;
    this.ours = FileDiff.between(base, sides.ours(), io);
    this.theirs = FileDiff.between(base, sides.theirs(), io);
    this.files = new FileMerge(sides, ours, theirs, snapshots, io);
  }

  /**
   * Merges the states of a table.
   *
   * @param conflicts takes what the sides disagree on; knows the table for messages
   */
  static StateMergeResult merge(
      Conflicts conflicts,
      ThreeWay<TableMetadata> sides,
      FileIO io,
      SharedKeys sharedKeys,
      RowFit fit,
      ColumnWrites writes,
      SideSnapshots snapshots) {
    StateMerge merge = new StateMerge(conflicts, sides, io, sharedKeys, fit, writes, snapshots);
    StateMergeResult result = merge.merge();
    return result instanceof Combined combined ? merge.fitting(combined) : result;
  }

  /** Files were combined though no row was compared: rows may miss what one side asks of them. */
  private StateMergeResult fitting(Combined combined) {
    TableMetadata merged = combined.metadata();
    return NewRules.of(sides, merged.schema()).isEmpty()
        ? combined
        : fit.misfit(sides, merged, conflicts.verb())
            .<StateMergeResult>map(
                reason -> needsRows(Why.ROWS_MAY_NOT_FIT, merged, Map.of("reason", reason)))
            .orElse(combined);
  }

  private StateMergeResult merge() {
    boolean theirsContinues = ours.isEmpty() && !theirs.isEmpty() && theirsContinuesOurs();
    TableMetadata merged =
        MetadataMerge.merge(
            sides, theirsContinues ? sides.theirs() : sides.ours(), writes, conflicts);
    if (conflicts.isEmpty()) {
      files.deletedByMissing(merged.schema()).forEach(this::droppedAndDeletedBy);
    }
    if (!conflicts.isEmpty()) {
      return new MetadataConflicts(conflicts.found());
    }
    if (theirsContinues) {
      return new Combined(
          merged, MergeLevel.METADATA, theirs.addedCounts(), theirs.removedCounts());
    }
    Set<String> both = files.sameOnBothSides() ? Set.of() : files.changedByBoth();
    if (!both.isEmpty()) {
      return compareRows(Why.SAME_FILES, merged, Map.of("files", Integer.toString(both.size())));
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
    NearFiles near = haveBoth(key) ? near(merged) : NearFiles.NONE;
    SharedKeys.Found shared = sharedKeys(near, key);
    if (shared.count() > 0) {
      return compareRows(
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
                    FileCounts.of(files.theirsRemoved()),
                    near.ofOurs().isEmpty()
                        ? Optional.empty()
                        : Optional.of(RowWork.ofFiles(near.ofOurs(), near.ofTheirs()))))
        .orElseGet(() -> compareRows(Why.DELETES_REACH_FURTHER, merged, Map.of()));
  }

  /** Files with rows that came on one side and may have a key that came on the other, too. */
  private record NearFiles(List<DataFile> ofOurs, List<DataFile> ofTheirs) {
    static final NearFiles NONE = new NearFiles(List.of(), List.of());
  }

  /** Of a key that one side lacks, rows are checked once they are together. */
  private boolean haveBoth(Set<Integer> key) {
    return !key.isEmpty()
        && key.stream()
            .allMatch(
                id ->
                    sides.ours().schema().findField(id) != null
                        && sides.theirs().schema().findField(id) != null);
  }

  private NearFiles near(TableMetadata merged) {
    List<DataFile> ofOurs = files.withRowsOfOurs();
    List<DataFile> ofTheirs = files.withRowsOfTheirs();
    KeyRanges ranges = new KeyRanges(merged.schema(), merged.schema().identifierFieldIds());
    return new NearFiles(
        ranges.overlapping(ofOurs, ofTheirs), ranges.overlapping(ofTheirs, ofOurs));
  }

  private SharedKeys.Found sharedKeys(NearFiles near, Set<Integer> key) {
    return near.ofOurs().isEmpty()
        ? new SharedKeys.Found(0, List.of())
        : sharedKeys.find(
            new KeyFiles(sides.ours(), near.ofOurs()),
            new KeyFiles(sides.theirs(), near.ofTheirs()),
            key);
  }

  private StateMergeResult compareRows(Why why, TableMetadata merged, Map<String, String> details) {
    files.deletedByMissingInAnyFile(merged.schema()).forEach(this::droppedAndDeletedBy);
    return conflicts.isEmpty()
        ? needsRows(why, merged, details)
        : new MetadataConflicts(conflicts.found());
  }

  private NeedsRows needsRows(Why why, TableMetadata merged, Map<String, String> details) {
    TableMetadata base = sides.base().orElseThrow();
    return new NeedsRows(
        why,
        merged,
        SideChange.of(snapshots.since(base, sides.ours()), ours),
        SideChange.of(snapshots.since(base, sides.theirs()), theirs),
        files::differing,
        new TreeMap<>(details));
  }
}
