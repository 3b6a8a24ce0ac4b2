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
      session.execute("CREATE TEMP TABLE differing AS " + (keyed() ? byKey() : asBags()));
      return session.query(count(), RowComparison::counts).page(session, page, filesRead(files));
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

  /** Removed rows and added rows, each as often as the sides differ. */
  private static String asBags() {
    return """
        WITH gone AS (SELECT * FROM was EXCEPT ALL SELECT * FROM now),
             came AS (SELECT * FROM now EXCEPT ALL SELECT * FROM was)
        SELECT to_json(gone)::VARCHAR AS before, NULL::VARCHAR AS after, to_json(gone)::VARCHAR AS place FROM gone
        UNION ALL
        SELECT NULL, to_json(came)::VARCHAR, to_json(came)::VARCHAR FROM came
        """;
  }

  /** Bags first, so that only rows that differ are joined by key. */
  private String byKey() {
    String join =
        keyColumns().stream()
            .map(column -> "gone." + column + " = came." + column)
            .collect(Collectors.joining(" AND "));
    String place =
        keyColumns().stream()
            .map(column -> "coalesce(gone.%s, came.%s)".formatted(column, column))
            .collect(Collectors.joining(", ", "[", "]"));
    String first = keyColumns().get(0);
    return """
        WITH gone AS (SELECT * FROM was EXCEPT ALL SELECT * FROM now),
             came AS (SELECT * FROM now EXCEPT ALL SELECT * FROM was)
        SELECT CASE WHEN gone.%1$s IS NOT NULL THEN to_json(gone)::VARCHAR END AS before,
               CASE WHEN came.%1$s IS NOT NULL THEN to_json(came)::VARCHAR END AS after,
               row(%3$s) AS place
        FROM gone FULL JOIN came ON %2$s
        """
        .formatted(first, join, place.substring(1, place.length() - 1));
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

  private record Counts(long added, long removed, long changed) {
    RowDiff page(DuckSession session, RowPage page, int filesRead) {
      String sql =
          "SELECT before, after FROM differing ORDER BY place, before NULLS LAST LIMIT %d OFFSET %d"
              .formatted(page.limit(), page.offset());
      List<RowChange> rows = session.query(sql, RowComparison::rows);
      return new RowDiff(added, removed, changed, rows, filesRead);
    }
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
