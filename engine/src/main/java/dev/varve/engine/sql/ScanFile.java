package dev.varve.engine.sql;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileScanTask;

/** A data file together with the delete files and deletion vectors that apply to it. */
public record ScanFile(DataFile file, List<DeleteFile> deletes) {
  public ScanFile {
    deletes = List.copyOf(deletes);
  }

  /** The file of a planned task, wholly: a task that was split gives the file, not the split. */
  public static ScanFile of(FileScanTask task) {
    return new ScanFile(task.file(), task.deletes());
  }

  /**
   * Whether equality deletes may delete rows of the file for having no value in one of some fields.
   * If such a field is required later, Iceberg takes these rows for ones that are not deleted.
   */
  public boolean mayBeDeletedByNull(Set<Integer> fields) {
    return deletes.stream()
        .filter(delete -> delete.content() == FileContent.EQUALITY_DELETES)
        .anyMatch(
            delete ->
                delete.equalityFieldIds().stream()
                    .anyMatch(field -> fields.contains(field) && mayHoldNull(delete, field)));
  }

  private static boolean mayHoldNull(DeleteFile delete, int field) {
    Map<Integer, Long> nulls = delete.nullValueCounts();
    return nulls == null || nulls.getOrDefault(field, 1L) > 0;
  }

  /** Adds the files that DuckDB opens to read the rows, and their lengths in bytes. */
  void addTo(Map<String, Long> opened) {
    opened.put(file.location(), file.fileSizeInBytes());
    for (DeleteFile delete : deletes) {
      if (DeleteFiles.isOpenedByDuck(delete)) {
        opened.put(DeleteFiles.parquet(delete), delete.fileSizeInBytes());
      }
    }
  }
}
