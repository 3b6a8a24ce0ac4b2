package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** A Parquet file: it states names and types, and how many rows it has. */
record ParquetSource(Path path, List<SourceColumn> columns, OptionalLong rows)
    implements SourceFile {
  static ParquetSource open(DuckSession session, Path path) {
    ParquetSource unread = new ParquetSource(path, List.of(), OptionalLong.empty());
    try {
      return new ParquetSource(path, Columns.of(session, unread.relation()), count(session, path));
    } catch (VarveException e) {
      throw SourceErrors.broken(FileFormat.PARQUET, SourceErrors.words(e, path), e);
    }
  }

  /** As the footer says. */
  private static OptionalLong count(DuckSession session, Path path) {
    return session.query(
        "SELECT num_rows FROM parquet_file_metadata(%s)"
            .formatted(SqlText.literal(path.toString())),
        result -> result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty());
  }

  @Override
  public String relation() {
    return "read_parquet(" + SqlText.literal(path.toString()) + ", hive_partitioning = false)";
  }

  @Override
  public boolean guessesTypes() {
    return false;
  }

  @Override
  public VarveException explain(VarveException failure, RowProbe rows) {
    if (!SourceErrors.blamesFile(failure)) {
      return failure;
    }
    return TypedFailures.explain(failure, rows, relation(), FileFormat.PARQUET, path);
  }
}
