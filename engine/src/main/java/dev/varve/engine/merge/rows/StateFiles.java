package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.List;
import org.apache.iceberg.TableMetadata;

/** Some data files as one state of a table has them, with the deletes that apply there. */
public record StateFiles(TableMetadata state, List<ScanFile> files) {
  public StateFiles {
    files = List.copyOf(files);
  }

  /** How many rows the files hold, those that deletes take away included. */
  public long rows() {
    return files.stream().mapToLong(file -> file.file().recordCount()).sum();
  }
}
