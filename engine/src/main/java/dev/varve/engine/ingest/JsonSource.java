package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JSON file of objects: one array, or one object per line. Types are found out from all objects;
 * a key whose values have no common type becomes text.
 */
record JsonSource(Path path, FileFormat format, List<SourceColumn> columns) implements SourceFile {
  static JsonSource array(DuckSession session, Path path) throws IOException {
    return open(session, path, FileFormat.JSON);
  }

  static JsonSource lines(DuckSession session, Path path) throws IOException {
    return open(session, path, FileFormat.JSON_LINES);
  }

  private static JsonSource open(DuckSession session, Path path, FileFormat format)
      throws IOException {
    JsonSource unread = new JsonSource(path, format, List.of());
    try {
      return unread.with(unread.narrowed(session, Columns.of(session, unread.relation())));
    } catch (VarveException e) {
      throw unread.malformed(e);
    }
  }

  private JsonSource with(List<SourceColumn> found) {
    return new JsonSource(path, format, List.copyOf(found));
  }

  /** DuckDB counts numbers of both signs as 128-bit ones; most are not as large. */
  private List<SourceColumn> narrowed(DuckSession session, List<SourceColumn> found) {
    List<SourceColumn> columns = new ArrayList<>();
    for (SourceColumn column : found) {
      boolean narrow = isWide(column) && fitsLong(session, column);
      columns.add(narrow ? new SourceColumn(column.name(), "BIGINT") : column);
    }
    return columns;
  }

  private static boolean isWide(SourceColumn column) {
    return column.duckType().equals("HUGEINT") || column.duckType().equals("UBIGINT");
  }

  private boolean fitsLong(DuckSession session, SourceColumn column) {
    String name = SqlText.name(column.name());
    return session.query(
        "SELECT count(*) FROM %1$s WHERE %2$s IS NOT NULL AND TRY_CAST(%2$s AS BIGINT) IS NULL"
            .formatted(relation(), name),
        rows -> rows.next() && rows.getLong(1) == 0);
  }

  @Override
  public String relation() {
    return "read_json(%s, format = '%s', records = 'true', sample_size = -1)"
        .formatted(
            SqlText.literal(path.toString()),
            format == FileFormat.JSON ? "array" : "newline_delimited");
  }

  @Override
  public boolean guessesTypes() {
    return true;
  }

  @Override
  public VarveException explain(VarveException failure, RowProbe rows) {
    if (!SourceErrors.blamesFile(failure)) {
      return failure;
    }
    try {
      Optional<RowProbe.Misfit> misfit = rows.find(relation());
      if (misfit.isPresent()) {
        RowProbe.Misfit m = misfit.get();
        long line = JsonLines.ofRow(path, m.row());
        return SourceErrors.misfit("line", line, m, failure);
      }
      return malformed(failure);
    } catch (IOException | VarveException e) {
      failure.addSuppressed(e);
      return SourceErrors.broken(format, SourceErrors.words(failure, path), failure);
    }
  }

  /** DuckDB's own line numbers are one too high at times, so the line is found again. */
  private VarveException malformed(VarveException failure) throws IOException {
    if (!SourceErrors.blamesFile(failure)) {
      return failure;
    }
    return JsonLines.firstError(path, format)
        .map(error -> SourceErrors.line(error.line(), error.why(), failure))
        .orElseGet(() -> SourceErrors.broken(format, SourceErrors.words(failure, path), failure));
  }
}
