package dev.varve.engine.sql;

import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
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
