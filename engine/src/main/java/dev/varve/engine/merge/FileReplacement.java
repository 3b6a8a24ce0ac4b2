package dev.varve.engine.merge;

import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.table.ManifestThreads;
import dev.varve.engine.table.MemoryOperations;
import java.util.Map;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.ContentFileUtil;
import org.apache.iceberg.util.DataFileSet;
import org.apache.iceberg.util.DeleteFileSet;

/** Puts data files in the place of others, in one new snapshot. */
final class FileReplacement {
  private FileReplacement() {}

  /**
   * The table with one more snapshot.
   *
   * @param rows the files that go, with the deletes that are of no use without them, and those that
   *     come
   * @param summary what the snapshot says of itself
   */
  static TableMetadata of(
      TableMetadata state, RowMergeResult.Merged rows, Map<String, String> summary, FileIO io) {
    DataFileSet files = DataFileSet.create();
    DeleteFileSet deletes = DeleteFileSet.create();
    for (ScanFile file : rows.removed()) {
      files.add(file.file());
      file.deletes().stream().filter(FileReplacement::belongsToOneFile).forEach(deletes::add);
    }
    MemoryOperations operations = new MemoryOperations(state, io);
    OverwriteFiles overwrite =
        new BaseTable(operations, "merged")
            .newOverwrite()
            .scanManifestsWith(ManifestThreads.of(state, io));
    if (!files.isEmpty()) {
      overwrite.deleteFiles(files, deletes);
    }
    rows.written().files().forEach(overwrite::addFile);
    summary.forEach(overwrite::set);
    overwrite.commit();
    requireRemoved(files.size(), operations.current().currentSnapshot());
    return operations.current();
  }

  /** Iceberg passes over files that it does not find, whose rows would be there twice. */
  private static void requireRemoved(int files, Snapshot snapshot) {
    String removed = snapshot.summary().getOrDefault(SnapshotSummary.DELETED_FILES_PROP, "0");
    if (!removed.equals(Integer.toString(files))) {
      throw new IllegalStateException(
          "%s of %d data files were found to be replaced".formatted(removed, files));
    }
  }

  /** A deletion vector, or positions in a single data file: of no use once that is gone. */
  private static boolean belongsToOneFile(DeleteFile delete) {
    return ContentFileUtil.isDV(delete) || ContentFileUtil.isFileScoped(delete);
  }
}
