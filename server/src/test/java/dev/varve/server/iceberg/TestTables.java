package dev.varve.server.iceberg;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;

/** Small tables whose data files exist by name only. */
final class TestTables {

  static final Schema SCHEMA =
      new Schema(
          required(1, "id", Types.LongType.get()), optional(2, "item", Types.StringType.get()));

  private TestTables() {}

  /** A file of an unpartitioned table. */
  static DataFile file(Table table, String name, long rows) {
    return DataFiles.builder(table.spec())
        .withPath(table.locationProvider().newDataLocation(name + ".parquet"))
        .withFileSizeInBytes(100)
        .withRecordCount(rows)
        .build();
  }

  static void append(Table table, String name, long rows) {
    table.newAppend().appendFile(file(table, name, rows)).commit();
  }

  /** The names of the files that a scan reads. */
  static List<String> files(Table table) {
    List<String> names = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        String path = task.file().location();
        names.add(path.substring(path.lastIndexOf('/') + 1).replace(".parquet", ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
