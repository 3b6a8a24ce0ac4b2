package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.nio.file.Path;
import java.util.List;

/** A Parquet file: it states names and types. */
record ParquetSource(Path path, List<SourceColumn> columns) implements SourceFile {
  static ParquetSource open(DuckSession session, Path path) {
    ParquetSource unread = new ParquetSource(path, List.of());
    try {
      return new ParquetSource(path, Columns.of(session, unread.relation()));
    } catch (VarveException e) {
      throw SourceErrors.broken(FileFormat.PARQUET, SourceErrors.words(e, path), e);
    }
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
