package dev.varve.engine.diff;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Compares the rows of the changed files of two states, in DuckDB.
 *
 * <p>Rows that a rewrite only moved from file to file are on both sides and cancel out.
 */
final class RowComparison {
  private final Optional<LoadedTable> before;
  private final Optional<LoadedTable> after;
  private final Schema schema;

  RowComparison(Optional<LoadedTable> before, Optional<LoadedTable> after) {
    this.before = before;
    this.after = after;
    this.schema = after.or(() -> before).orElseThrow().metadata().schema();
  }

  RowDiff run(Duck duck, RowPage page) {
    ChangedFiles files =
        before.isPresent() && after.isPresent()
            ? ChangedFiles.between(before.get(), after.get())
            : new ChangedFiles(
                before.map(ChangedFiles::all).orElse(List.of()),
                after.map(ChangedFiles::all).orElse(List.of()));
    try (DuckSession session = duck.trusted()) {
      register(session, "was", before, files.before());
      register(session, "now", after, files.after());
      without(session, "gone", "was", files.before(), "now", files.after());
      without(session, "came", "now", files.after(), "was", files.before());
      session.execute(
          keyed()
              ? "CREATE TEMP TABLE differing AS " + byKey()
              : "CREATE TEMP VIEW differing AS " + asBags());
      return page(session, page, filesRead(files));
    }
  }

  private void register(
      DuckSession session, String view, Optional<LoadedTable> table, List<ScanFile> files) {
    LoadedTable state = table.or(() -> before).or(() -> after).orElseThrow();
    TableRelation.of(state.metadata(), state.io(), files).as(schema).register(session, view);
  }

  private static int filesRead(ChangedFiles files) {
    Set<String> locations = new HashSet<>();
    Stream.concat(files.before().stream(), files.after().stream())
        .forEach(file -> locations.add(file.file().location()));
    return locations.size();
  }

  private boolean keyed() {
    return !schema.identifierFieldIds().isEmpty()
        && before
            .map(table -> table.metadata().schema().identifierFieldIds())
            .orElse(schema.identifierFieldIds())
            .equals(schema.identifierFieldIds());
  }

  /** The rows of one side that the other lacks, each as often as it does. */
  private static void without(
      DuckSession session,
      String name,
      String side,
      List<ScanFile> files,
      String other,
      List<ScanFile> others) {
    session.execute(
        files.isEmpty() || others.isEmpty()
            ? "CREATE TEMP VIEW %s AS SELECT * FROM %s".formatted(name, side)
            : "CREATE TEMP TABLE %s AS SELECT * FROM %s EXCEPT ALL SELECT * FROM %s"
                .formatted(name, side, other));
  }

  private static String asBags() {
    return """
        SELECT gone AS before, NULL AS after, gone AS place FROM gone
        UNION ALL SELECT NULL, came, came FROM came
        """;
  }

  /** Only rows that differ are joined by key. */
  private String byKey() {
    String join =
        keyColumns().stream()
            .map(column -> "gone.%s = came.%s".formatted(column, column))
            .collect(Collectors.joining(" AND "));
    String place =
        keyColumns().stream()
            .map(column -> "coalesce(gone.%s, came.%s)".formatted(column, column))
            .collect(Collectors.joining(", "));
    return """
        SELECT CASE WHEN gone.%1$s IS NOT NULL THEN gone END AS before,
               CASE WHEN came.%1$s IS NOT NULL THEN came END AS after,
               row(%3$s) AS place
        FROM gone FULL JOIN came ON %2$s
        """
        .formatted(keyColumns().get(0), join, place);
  }

  /** The row key's columns as SQL, such as {@code "at"."x"} for a nested one. */
  private List<String> keyColumns() {
    List<String> columns = new ArrayList<>();
    for (int id : schema.identifierFieldIds()) {
      columns.add(
          Stream.of(schema.findColumnName(id).split("\\.", -1))
              .map(SqlText::name)
              .collect(Collectors.joining(".")));
    }
    columns.sort(null);
    return columns;
  }

  private static String count() {
    return """
        SELECT count(*) FILTER (before IS NULL), count(*) FILTER (after IS NULL),
               count(*) FILTER (before IS NOT NULL AND after IS NOT NULL)
        FROM differing
        """;
  }

  private static Counts counts(ResultSet row) throws SQLException {
    row.next();
    return new Counts(row.getLong(1), row.getLong(2), row.getLong(3));
  }

  private record Counts(long added, long removed, long changed) {}

  private RowDiff page(DuckSession session, RowPage page, int filesRead) {
    Counts counts = session.query(count(), RowComparison::counts);
    String sql =
        """
        SELECT %s, %s
        FROM (SELECT * FROM differing ORDER BY place, before IS NULL LIMIT %d OFFSET %d)
        ORDER BY place, before IS NULL
        """
            .formatted(json("before"), json("after"), page.limit(), page.offset());
    List<RowChange> rows = session.query(sql, RowComparison::rows);
    return new RowDiff(counts.added(), counts.removed(), counts.changed(), rows, filesRead);
  }

  /** A row as a JSON object; NaN and the infinities, which JSON lacks, are texts. */
  private String json(String row) {
    String columns =
        schema.columns().stream()
            .map(column -> SqlText.literal(column.name()) + ", " + json(row, column))
            .collect(Collectors.joining(", "));
    return "CASE WHEN %s IS NOT NULL THEN json_object(%s)::VARCHAR END".formatted(row, columns);
  }

  private static String json(String row, NestedField column) {
    String value = row + "." + SqlText.name(column.name());
    return switch (column.type().typeId()) {
      case FLOAT, DOUBLE ->
          "CASE WHEN isfinite(%1$s) THEN to_json(%1$s) ELSE to_json(%1$s::VARCHAR) END"
              .formatted(value);
      default -> "to_json(" + value + ")";
    };
  }

  private static List<RowChange> rows(ResultSet result) throws SQLException {
    List<RowChange> rows = new ArrayList<>();
    while (result.next()) {
      rows.add(
          new RowChange(
              Optional.ofNullable(result.getString(1)), Optional.ofNullable(result.getString(2))));
    }
    return rows;
  }
}
