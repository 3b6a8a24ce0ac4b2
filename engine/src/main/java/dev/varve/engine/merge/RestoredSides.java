package dev.varve.engine.merge;

import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.write.WrittenFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * The sides of a table's merge with {@linkplain DroppedValues values brought back} in columns that
 * one of them dropped.
 *
 * @param ours the data files that are new in ours, to be discarded if nothing comes of the merge
 * @param theirs the same of theirs
 * @param work what was read and written, if there was anything to bring back
 */
record RestoredSides(
    ThreeWay<TableMetadata> sides,
    Optional<WrittenFiles> ours,
    Optional<WrittenFiles> theirs,
    Optional<RowWork> work) {
  /** Nothing was brought back. */
  static RestoredSides nothing(ThreeWay<TableMetadata> sides) {
    return new RestoredSides(sides, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** With files put into ours. */
  RestoredSides withOurs(TableMetadata filled, RowMergeResult.Merged done) {
    return new RestoredSides(
        new ThreeWay<>(sides.base(), filled, sides.theirs()),
        Optional.of(done.written()),
        theirs,
        plus(done));
  }

  /** With files put into theirs, beside which ours may have been given other counters. */
  RestoredSides withTheirs(TableMetadata ours, TableMetadata filled, RowMergeResult.Merged done) {
    return new RestoredSides(
        new ThreeWay<>(sides.base(), ours, filled),
        this.ours,
        Optional.of(done.written()),
        plus(done));
  }

  private Optional<RowWork> plus(RowMergeResult.Merged done) {
    return Optional.of(work.map(done.work()::plus).orElse(done.work()));
  }

  /** Whether the sides have the files that their branches have. */
  boolean isAsServed() {
    return work.isEmpty();
  }

  void discard() {
    ours.ifPresent(WrittenFiles::discard);
    theirs.ifPresent(WrittenFiles::discard);
  }

  /** What came of merging the sides, told of ours as it is on its branch. */
  Combined told(Combined merged, TableMetadata served, FileIO io) {
    if (isAsServed()) {
      return merged;
    }
    FileDelta changed = FileDiff.between(served, merged.metadata(), io);
    RowWork before = work.orElseThrow();
    return new Combined(
        merged.metadata(),
        MergeLevel.ROWS,
        changed.addedCounts(),
        changed.removedCounts(),
        Optional.of(merged.rows().map(before::plus).orElse(before)));
  }

  /**
   * The written files that the merged table names, now or in its history. The others, whose rows
   * were merged into yet others, are deleted, and so is what was to name them.
   *
   * @param served the sides as they are on their branches
   * @param io holds new manifests
   */
  List<DataFile> named(TableMetadata merged, ThreeWay<TableMetadata> served, FileIO io) {
    List<DataFile> named = new ArrayList<>();
    ours.ifPresent(files -> named.addAll(named(merged, served.ours(), sides.ours(), files, io)));
    theirs.ifPresent(
        files -> named.addAll(named(merged, served.theirs(), sides.theirs(), files, io)));
    return named;
  }

  private static List<DataFile> named(
      TableMetadata merged,
      TableMetadata before,
      TableMetadata filled,
      WrittenFiles files,
      FileIO io) {
    Snapshot snapshot = filled.currentSnapshot();
    if (merged.snapshot(snapshot.snapshotId()) != null) {
      return files.files();
    }
    Set<String> live =
        FileDiff.between(before, merged, io).added().stream()
            .map(ContentFile::location)
            .collect(Collectors.toSet());
    Map<Boolean, List<DataFile>> isLive =
        files.files().stream()
            .collect(Collectors.partitioningBy(file -> live.contains(file.location())));
    new WrittenFiles(isLive.get(false), files.places()).discard();
    Set<String> known =
        before.currentSnapshot().allManifests(io).stream()
            .map(ManifestFile::path)
            .collect(Collectors.toSet());
    snapshot.allManifests(io).stream()
        .map(ManifestFile::path)
        .filter(path -> !known.contains(path))
        .forEach(io::deleteFile);
    io.deleteFile(snapshot.manifestListLocation());
    return isLive.get(true);
  }
}
