package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A file of rows as a relation of one DuckDB session. */
interface SourceFile extends AutoCloseable {
  /**
   * Opens a file and finds out its columns; formats that do not state types are read whole for it.
   *
   * @throws VarveException if the file is broken, empty or not of this format
   */
  static SourceFile open(DuckSession session, Path path, FileFormat format) throws IOException {
    FormatDetection.requireContent(path);
    return switch (format) {
      case PARQUET -> ParquetSource.open(session, path);
      case CSV -> CsvSource.open(session, path);
      case JSON -> JsonSource.array(session, path);
      case JSON_LINES -> JsonSource.lines(session, path);
      case ARROW -> ArrowSource.open(session, path);
    };
  }

  List<SourceColumn> columns();

  /** What stands behind {@code FROM} to read the rows in the file's order. */
  String relation();

  /** How many rows there are, where that is known without reading them. */
  default OptionalLong rows() {
    return OptionalLong.empty();
  }

  /** Whether types are not the file's own but found out from the values. */
  boolean guessesTypes();

  /**
   * The same file with some columns read as other types, where the format leaves types open to the
   * reader; else the file as it is.
   *
   * @param types DuckDB types by column name
   */
  default SourceFile reading(Map<String, String> types) {
    return this;
  }

  /**
   * The failure of a query over this file, as a person should see it: with the place in the file,
   * and without the path that the file has here.
   *
   * @param rows the columns' casts, to find the row that does not fit
   */
  VarveException explain(VarveException failure, RowProbe rows);

  /** Lets go of what reading the file holds. */
  @Override
  default void close() {}
}
