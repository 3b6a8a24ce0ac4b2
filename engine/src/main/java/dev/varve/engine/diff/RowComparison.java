package dev.varve.engine.diff;

import dev.varve.engine.sql.ComparedSql;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.JsonSql;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LoadedTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Compares the rows of the changed files of two states, in DuckDB.
 *
 * <p>Rows that a rewrite only moved from file to file are on both sides and cancel out. Rows that
 * share a row key, which an engine may have written, are paired in the order of their values.
 */
final class RowComparison {
  // No column of a table begins like these: a name alone would mean the column.
  private static final String WAS = "__varve_was";
  private static final String NOW = "__varve_now";
  private static final String GONE = "__varve_gone";
  private static final String CAME = "__varve_came";

  private final Optional<LoadedTable> before;
  private final Optional<LoadedTable> after;
  private final Schema schema;

  RowComparison(Optional<LoadedTable> before, Optional<LoadedTable> after) {
    this.before = before;
    this.after = after;
    this.schema = after.or(() -> before).orElseThrow().metadata().schema();
  }

  /**
   * Compares them.
   *
   * @param page the rows that are needed
   * @param limit how many rows to give from the page's offset on, at least as many as it has,
   *     unless they get large
   */
  RowDiff run(Duck duck, RowPage page, int limit) {
    ChangedFiles files =
        before.isPresent() && after.isPresent()
            ? ChangedFiles.between(before.get(), after.get())
            : new ChangedFiles(
                before.map(ChangedFiles::all).orElse(List.of()),
                after.map(ChangedFiles::all).orElse(List.of()));
    try (DuckSession session = duck.trusted()) {
      register(session, WAS, before, files.before());
      register(session, NOW, after, files.after());
      if (keyed() && isUnique(session, WAS) && isUnique(session, NOW)) {
        session.execute("CREATE TEMP TABLE differing AS " + byUniqueKey());
      } else {
        compareWhole(session, files);
      }
      return page(session, page, limit, filesRead(files));
    }
  }

  /** Whether a key tells each row of a view from the others, as it should. */
  private boolean isUnique(DuckSession session, String view) {
    String keys = String.join(", ", keyColumns());
    String missing = keyed(key -> key + " IS NULL", " OR ");
    String unclear =
        "SELECT 1 FROM %s GROUP BY %s HAVING count(*) > 1 OR %s LIMIT 1"
            .formatted(view, keys, missing);
    return session.query(unclear, row -> !row.next());
  }

  /** One join by key, in columns; rows become structs where they differ. */
  private String byUniqueKey() {
    String first = keyColumns().get(0);
    String differ =
        schema.columns().stream()
            .map(
                column ->
                    "%s.%s IS DISTINCT FROM %s.%s".formatted(WAS, name(column), NOW, name(column)))
            .collect(Collectors.joining(" OR "));
    return """
        SELECT CASE WHEN %1$s.%3$s IS NOT NULL THEN %1$s END AS before,
               CASE WHEN %2$s.%3$s IS NOT NULL THEN %2$s END AS after,
               row(%4$s) AS place
        FROM %1$s FULL JOIN %2$s ON %5$s
        WHERE %1$s.%3$s IS NULL OR %2$s.%3$s IS NULL OR %6$s"""
        .formatted(
            WAS,
            NOW,
            first,
            keyed(key -> "coalesce(%s.%s, %s.%s)".formatted(WAS, key, NOW, key), ", "),
            keyed(key -> "%s.%s = %s.%s".formatted(WAS, key, NOW, key), " AND "),
            differ);
  }

  private String keyed(UnaryOperator<String> item, String separator) {
    return keyColumns().stream().map(item).collect(Collectors.joining(separator));
  }

  /** Without a key, or with one that several rows share: what both sides have cancels out first. */
  private void compareWhole(DuckSession session, ChangedFiles files) {
    without(session, GONE, WAS, files.before(), NOW, files.after());
    without(session, CAME, NOW, files.after(), WAS, files.before());
    session.execute(
        keyed()
            ? "CREATE TEMP TABLE differing AS " + byKey()
            : "CREATE TEMP VIEW differing AS " + asBags());
  }

  /** A view of files in the columns of the later state, in which equal values are the same. */
  private void register(
      DuckSession session, String view, Optional<LoadedTable> table, List<ScanFile> files) {
    LoadedTable state = table.or(() -> before).or(() -> after).orElseThrow();
    String raw = view + "_raw";
    TableRelation.of(state.metadata(), state.io(), files).as(schema).register(session, raw);
    String columns =
        schema.columns().stream()
            .map(column -> ComparedSql.of(name(column), column.type()) + " AS " + name(column))
            .collect(Collectors.joining(", "));
    session.execute("CREATE TEMP VIEW %s AS SELECT %s FROM %s".formatted(view, columns, raw));
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
        SELECT %1$s AS before, NULL AS after, %1$s AS place FROM %1$s
        UNION ALL SELECT NULL, %2$s, %2$s FROM %2$s
        """
        .formatted(GONE, CAME);
  }

  /** Only rows that differ are joined by key. */
  private String byKey() {
    String join = keyed(key -> "g.row.%s = c.row.%s".formatted(key, key), " AND ");
    String place = keyed(key -> "coalesce(g.row.%s, c.row.%s)".formatted(key, key), ", ");
    return """
        SELECT g.row AS before, c.row AS after, row(%s, coalesce(g.turn, c.turn)) AS place
        FROM (%s) AS g FULL JOIN (%s) AS c ON %s AND g.turn = c.turn
        """
        .formatted(place, numbered(GONE), numbered(CAME), join);
  }

  private String numbered(String rows) {
    return "SELECT %1$s AS row, row_number() OVER (PARTITION BY %2$s ORDER BY %1$s) AS turn FROM %1$s"
        .formatted(rows, String.join(", ", keyColumns()));
  }

  /** The row key's columns as SQL, such as {@code "at"."x"} for a nested one. */
  private List<String> keyColumns() {
    return schema.identifierFieldIds().stream()
        .map(id -> FieldPath.sql(schema, id))
        .sorted()
        .toList();
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

  private RowDiff page(DuckSession session, RowPage page, int limit, int filesRead) {
    Counts counts = session.query(count(), RowComparison::counts);
    String sql =
        """
        SELECT %s, %s
        FROM (SELECT * FROM differing ORDER BY place, before IS NULL LIMIT %d OFFSET %d)
        ORDER BY place, before IS NULL
        """
            .formatted(json("before"), json("after"), limit, page.offset());
    List<RowChange> rows = session.query(sql, result -> rows(result, page.limit()));
    return new RowDiff(
        counts.added(),
        counts.removed(),
        counts.changed(),
        counts.changed() == 0 ? List.of() : session.query(summary(), this::summary),
        rows,
        filesRead);
  }

  private String summary() {
    String counts =
        schema.columns().stream()
            .map(
                column -> {
                  String was = "before." + name(column);
                  String is = "after." + name(column);
                  return """
                      count(*) FILTER (%1$s IS DISTINCT FROM %2$s),
                      count(*) FILTER (%1$s IS NOT NULL AND %2$s IS NULL),
                      count(*) FILTER (%1$s IS NULL AND %2$s IS NOT NULL)"""
                      .formatted(was, is);
                })
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM differing WHERE before IS NOT NULL AND after IS NOT NULL"
        .formatted(counts);
  }

  private List<ColumnSummary> summary(ResultSet result) throws SQLException {
    result.next();
    List<ColumnSummary> columns = new ArrayList<>();
    int at = 1;
    for (NestedField column : schema.columns()) {
      if (result.getLong(at) > 0) {
        columns.add(
            new ColumnSummary(
                column.name(), result.getLong(at), result.getLong(at + 1), result.getLong(at + 2)));
      }
      at += 3;
    }
    return columns;
  }

  /** A row as a JSON object; NaN and the infinities, which JSON lacks, are texts. */
  private String json(String row) {
    Map<String, String> columns = new LinkedHashMap<>();
    schema
        .columns()
        .forEach(
            column ->
                columns.put(column.name(), JsonSql.of(row + "." + name(column), column.type())));
    return "CASE WHEN %s IS NOT NULL THEN %s END".formatted(row, JsonSql.object(columns));
  }

  private static String name(NestedField column) {
    return SqlText.name(column.name());
  }

  private static List<RowChange> rows(ResultSet result, int atLeast) throws SQLException {
    List<RowChange> rows = new ArrayList<>();
    long bytes = 0;
    while ((rows.size() < atLeast || bytes < RowDiffCache.WINDOW_BYTES) && result.next()) {
      RowChange row =
          new RowChange(
              Optional.ofNullable(result.getString(1)), Optional.ofNullable(result.getString(2)));
      bytes += row.length();
      rows.add(row);
    }
    return rows;
  }
}
