package dev.varve.engine.write;

import dev.varve.engine.sql.SqlText;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Parquet files as a DuckDB relation. */
final class ParquetFiles {
  private ParquetFiles() {}

  /**
   * All rows of {@code files}; {@code options} are added to the arguments as they are.
   *
   * <p>Directories are never read as {@code key=value} columns.
   */
  static String read(Collection<Path> files, String options) {
    return files.stream()
        .map(file -> SqlText.literal(file.toString()))
        .collect(
            Collectors.joining(
                ", ", "read_parquet([", "], hive_partitioning = false" + options + ")"));
  }
}
