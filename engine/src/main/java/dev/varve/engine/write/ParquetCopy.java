package dev.varve.engine.write;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** DuckDB's {@code COPY} of a query into Parquet files that carry a schema's field ids. */
final class ParquetCopy {
  /** Names of the columns that say where a row goes; a table's own column cannot be meant. */
  private static final String KEY_PREFIX = "__varve_partition_";

  private final DuckSession session;
  private final String format;

  /**
   * @param compression options as {@link ParquetCompression} gives them
   */
  ParquetCopy(DuckSession session, String compression, String fieldIds) {
    this.session = session;
    this.format = "FORMAT parquet, " + compression + ", RETURN_STATS, FIELD_IDS " + fieldIds;
  }

  /** One file that keeps the order of the query's rows. */
  List<WrittenParquet> toFile(String select, Path file) {
    return copy(select, file, "");
  }

  /** As {@link #toFile(String, Path)}, with so many rows in each row group but the last. */
  void toFile(String select, Path file, long rowsPerGroup) {
    copy(select, file, ", ROW_GROUP_SIZE " + rowsPerGroup);
  }

  /** Files of about {@code targetBytes} each in a new directory; the order of rows may be lost. */
  List<WrittenParquet> toDirectory(String select, Path directory, long targetBytes) {
    return copy(select, directory, ", FILE_SIZE_BYTES " + targetBytes);
  }

  /** As {@link #toDirectory}, and no file holds rows with different {@code keys}. */
  List<WrittenParquet> toPartitions(
      String select, List<String> keys, Path directory, long targetBytes) {
    String columns =
        IntStream.range(0, keys.size())
            .mapToObj(i -> keys.get(i) + " AS " + KEY_PREFIX + i)
            .collect(Collectors.joining(", "));
    String names =
        IntStream.range(0, keys.size())
            .mapToObj(i -> KEY_PREFIX + i)
            .collect(Collectors.joining(", "));
    return copy(
        "SELECT *, " + columns + " FROM (" + select + ")",
        directory,
        ", FILE_SIZE_BYTES %d, PARTITION_BY (%s), WRITE_PARTITION_COLUMNS false"
            .formatted(targetBytes, names));
  }

  private List<WrittenParquet> copy(String select, Path target, String options) {
    String sql =
        "COPY (%s) TO %s (%s%s)"
            .formatted(select, SqlText.literal(target.toString()), format, options);
    return session.query(sql, ParquetCopy::files);
  }

  private static List<WrittenParquet> files(ResultSet stats) throws SQLException {
    List<WrittenParquet> files = new ArrayList<>();
    while (stats.next()) {
      files.add(new WrittenParquet(Path.of(stats.getString("filename")), stats.getLong("count")));
    }
    return files;
  }
}
