package dev.varve.engine.sql;

import dev.varve.engine.table.LocalLocations;
import java.nio.file.Path;
import java.util.List;
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

  /** Where the data file lies on this machine. */
  Path path() {
    return LocalLocations.path(file.location());
  }
}
