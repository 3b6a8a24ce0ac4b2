package dev.varve.spark;

import static org.apache.spark.sql.functions.col;

import dev.varve.client.Merges.RowTask;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Merges the rows of one table: theirs' change is applied to the files of ours, copy-on-write, as
 * one snapshot of the target.
 *
 * @param target the merged table with ours' files, on the branch of the prepared merge
 * @param resolutions what was said of conflicts that were found before
 */
record RowMerge(
    SparkSession spark, Table target, TaskFiles files, RowTask task, Resolutions resolutions) {
  /** In the summary of the snapshot: the id of the task that it does. */
  static final String DONE = "varve.rows-task";

  private static final String CHANGED = "varve.rows-changed";
  private static final String WRITTEN = "varve.rows-written";
  private static final String REMOVED = "varve.rows-removed";

  /** What stands in the way. */
  interface OnConflict {
    /**
     * Takes the conflicts while they can be read: all, those that were resolved included, with the
     * columns of {@link ComparedRows#conflicts}.
     */
    void keep(Dataset<Row> conflicts);
  }

  /** Whether the snapshot that does a task is the newest of its target. */
  static boolean isDone(Table target, RowTask task) {
    return target.currentSnapshot() != null
        && task.id().equals(target.currentSnapshot().summary().get(DONE));
  }

  /**
   * Compares, and commits to the target unless something is in conflict of which nothing was said.
   *
   * @return what keeps rows from being compared, such as a key that is there twice
   */
  Optional<String> merge(OnConflict onConflict) {
    RowColumns.requireTypes(target, "merge");
    RowColumns columns =
        new RowColumns(target.schema(), task.key().stream().map(Math::toIntExact).toList());
    CellRules.requireReadable(spark, columns, task);
    try (StagedTable staged = new StagedTable(spark, target)) {
      TaskRows rows = new TaskRows(staged, files);
      try (ComparedRows compared =
          task.key().isEmpty()
              ? new BagRows(rows, columns, task, resolutions)
              : new KeyedRows(rows, columns, task, resolutions)) {
        if (compared.unclear().isPresent()) {
          return compared.unclear();
        }
        Dataset<Row> conflicts = compared.conflicts();
        if (!conflicts.where(col("take").isNull()).isEmpty()) {
          onConflict.keep(conflicts);
        } else {
          write(staged, columns, compared);
        }
        return Optional.empty();
      }
    }
  }

  private void write(StagedTable staged, RowColumns columns, ComparedRows compared) {
    Dataset<Row> gone = compared.gone();
    Set<String> locations =
        new HashSet<>(
            gone.select(ComparedRows.FILE).distinct().as(Encoders.STRING()).collectAsList());
    List<FileScanTask> rewritten =
        files.oursAffected().stream()
            .filter(file -> locations.contains(file.file().location()))
            .toList();
    long removed = gone.count();
    long come = compared.come().count();
    long changed = compared.changed();
    Set<DataFile> written = Set.of();
    OverwriteFiles overwrite = target.newOverwrite();
    rewritten.forEach(file -> overwrite.deleteFile(file.file()));
    if (removed + come > 0) {
      Dataset<Row> rest =
          staged
              .read(rewritten)
              .join(gone, new String[] {ComparedRows.FILE, ComparedRows.POSITION}, "left_anti")
              .select(columns.list());
      written = staged.write(rest.unionAll(compared.come()));
      written.forEach(overwrite::addFile);
    }
    overwrite
        .set(DONE, task.id())
        .set(CHANGED, Long.toString(changed))
        .set(WRITTEN, Long.toString(come))
        .set(REMOVED, Long.toString(removed));
    commit(overwrite, written);
  }

  /** Deletes what was written if nothing names it. */
  private void commit(OverwriteFiles overwrite, Set<DataFile> written) {
    try {
      overwrite.commit();
    } catch (CommitStateUnknownException e) {
      throw e; // It may have been committed.
    } catch (RuntimeException e) {
      List<String> locations = written.stream().map(DataFile::location).toList();
      CatalogUtil.deleteFiles(target.io(), locations, "data", true);
      throw e;
    }
  }
}
