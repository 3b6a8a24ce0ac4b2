package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ScanFile;
import java.util.List;
import org.apache.iceberg.TableMetadata;

/** Some data files as one state of a table has them, with the deletes that apply there. */
public record StateFiles(TableMetadata state, List<ScanFile> files) {
  public StateFiles {
    files = List.copyOf(files);
  }
}
