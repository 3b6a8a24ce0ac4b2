package dev.varve.engine.ingest;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.query.QueryResult;
import dev.varve.engine.query.ResultColumn;
import dev.varve.engine.query.ResultFormat;
import dev.varve.engine.query.Sql;
import dev.varve.engine.query.SqlQuery;
import dev.varve.engine.sql.SqlText;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The rows of a user's query as a Parquet file, which closing deletes. */
record QueryFile(Path path) implements Closeable {
  static QueryFile of(Sql sql, SqlQuery query, Path directory) throws IOException {
    Files.createDirectories(directory);
    QueryFile file = new QueryFile(Files.createTempFile(directory, "query-", ".parquet"));
    try (QueryResult result = sql.query(exact(sql, query));
        OutputStream out = Files.newOutputStream(file.path())) {
      result.writeTo(out, ResultFormat.PARQUET);
      if (result.truncated()) {
        throw new VarveException(
            ErrorCode.PAYLOAD_TOO_LARGE,
            "the query has more rows than its limit of %,d".formatted(query.limits().maxRows()),
            "raise the limit, or select fewer rows");
      }
      return file;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Parquet has no 128-bit integers, and DuckDB would write them as floating-point numbers. */
  private static SqlQuery exact(Sql sql, SqlQuery query) {
    String casts;
    try (QueryResult result = sql.query(query)) {
      casts = casts(result.columns());
    }
    return casts.isEmpty()
        ? query
        : new SqlQuery(
            "SELECT * REPLACE (%s) FROM (%s\n) AS q".formatted(casts, withoutEnd(query.sql())),
            query.revision(),
            query.limits());
  }

  private static String casts(List<ResultColumn> columns) {
    return columns.stream()
        .filter(column -> column.type().endsWith("HUGEINT"))
        .map(column -> SqlText.name(column.name()))
        .map(name -> "CAST(%1$s AS DECIMAL(38, 0)) AS %1$s".formatted(name))
        .collect(Collectors.joining(", "));
  }

  private static String withoutEnd(String sql) {
    return sql.strip().replaceFirst(";$", "");
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
