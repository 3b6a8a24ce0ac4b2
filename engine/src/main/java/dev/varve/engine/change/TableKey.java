package dev.varve.engine.change;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Quantity;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * The columns that identify a row: a table's identifier fields, or those that an upsert names.
 *
 * @param columns top-level columns, at least one
 */
public record TableKey(List<Types.NestedField> columns) {
  public TableKey {
    columns = List.copyOf(columns);
  }

  /** The key of a table; empty if it has none. */
  public static Optional<TableKey> of(Schema schema) {
    List<Types.NestedField> columns =
        schema.columns().stream()
            .filter(column -> schema.identifierFieldIds().contains(column.fieldId()))
            .toList();
    return columns.isEmpty() ? Optional.empty() : Optional.of(new TableKey(columns));
  }

  /** The columns of these names. */
  public static TableKey named(Schema schema, List<String> names) {
    return new TableKey(names.stream().map(name -> ColumnNames.require(schema, name)).toList());
  }

  public List<String> names() {
    return columns.stream().map(Types.NestedField::name).toList();
  }

  /** The columns as a list in SQL. */
  String list() {
    return names().stream().map(SqlText::name).collect(Collectors.joining(", "));
  }

  /** Two relations' rows having the same key, as a SQL condition. */
  String equal(String left, String right) {
    return names().stream()
        .map(SqlText::name)
        .map(name -> left + "." + name + " = " + right + "." + name)
        .collect(Collectors.joining(" AND "));
  }

  /**
   * Refuses rows without a key, and two rows with one key.
   *
   * @param rows a relation as SQL
   * @param what names the rows in the error
   */
  public void requireUnique(DuckSession session, String rows, String what) {
    String nulls =
        names().stream()
            .map(name -> SqlText.name(name) + " IS NULL")
            .collect(Collectors.joining(" OR "));
    long missing =
        WholeResult.query(
            session,
            "SELECT count(*) FROM " + rows + " WHERE " + nulls,
            result -> result.next() ? result.getLong(1) : 0L);
    if (missing > 0) {
      throw refused(
          "%s of %s %s no value for it"
              .formatted(Quantity.of(missing, "row"), what, missing == 1 ? "has" : "have"),
          Map.of());
    }
    repeated(session, rows)
        .ifPresent(
            group -> {
              throw refused(
                  "%,d rows of %s have the key %s".formatted(group.rows(), what, group.key()),
                  Map.of("value", group.key()));
            });
  }

  /**
   * Rows, and a key that one or all of them have.
   *
   * @param key its values in quotes
   */
  record Group(String key, long rows) {}

  /** The first key that several rows of a relation have. */
  Optional<Group> repeated(DuckSession session, String rows) {
    return WholeResult.query(
        session,
        "SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s HAVING count(*) > 1 ORDER BY %1$s LIMIT 1"
            .formatted(list(), rows),
        this::first);
  }

  /** All rows of a relation called {@code n}, and the first of their keys; empty without rows. */
  Optional<Group> some(DuckSession session, String rows) {
    String keys =
        names().stream().map(name -> "n." + SqlText.name(name)).collect(Collectors.joining(", "));
    return WholeResult.query(
        session,
        "SELECT %1$s, count(*) OVER () FROM %2$s ORDER BY %1$s LIMIT 1".formatted(keys, rows),
        this::first);
  }

  private Optional<Group> first(ResultSet result) throws SQLException {
    if (!result.next()) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= columns.size(); i++) {
      values.add("'" + result.getString(i) + "'");
    }
    return Optional.of(new Group(String.join(", ", values), result.getLong(columns.size() + 1)));
  }

  /** Refuses rows whose key a table has already; {@code table} and {@code rows} are relations. */
  public void requireAbsent(DuckSession session, String rows, String table, String name) {
    String clashes = "%s AS n SEMI JOIN %s AS o ON %s".formatted(rows, table, equal("n", "o"));
    some(session, clashes)
        .ifPresent(
            group -> {
              throw new VarveException(
                  ErrorCode.INVALID_DATA,
                  group.rows() == 1
                      ? "the row with the key %s is in '%s' already".formatted(group.key(), name)
                      : "%,d rows have keys that '%s' holds already, such as %s"
                          .formatted(group.rows(), name, group.key()),
                  "replace what is there with the mode upsert",
                  Map.of("table", name, "value", group.key()),
                  null);
            });
  }

  private VarveException refused(String why, Map<String, String> details) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "key %s does not identify rows: %s".formatted(ColumnNames.quoted(names()), why),
        "nothing was committed; choose other key columns, or correct the rows",
        details,
        null);
  }

  /** A filter that every row passes whose key is one of {@code rows}. */
  public Expression range(DuckSession session, String rows) {
    Expression range = Expressions.alwaysTrue();
    for (Types.NestedField column : columns) {
      range = Expressions.and(range, range(session, rows, column));
    }
    return range;
  }

  private static Expression range(DuckSession session, String rows, Types.NestedField column) {
    String name = SqlText.name(column.name());
    String sql = "SELECT min(%1$s), max(%1$s) FROM %2$s".formatted(name, rows);
    return switch (column.type().typeId()) {
      case INTEGER, LONG ->
          session.query(
              sql,
              result -> {
                result.next();
                return between(column.name(), result.getLong(1), result.getLong(2));
              });
      case STRING, DATE ->
          session.query(
              sql,
              result -> {
                result.next();
                return result.getString(1) == null
                    ? Expressions.alwaysTrue()
                    : between(column.name(), result.getString(1), result.getString(2));
              });
      default -> Expressions.alwaysTrue();
    };
  }

  private static Expression between(String column, Object low, Object high) {
    return Expressions.and(
        Expressions.greaterThanOrEqual(column, low), Expressions.lessThanOrEqual(column, high));
  }
}
