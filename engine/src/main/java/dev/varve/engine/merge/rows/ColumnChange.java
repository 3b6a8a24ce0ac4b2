package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ComparedSql;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * Counts the rows that one side gave another value in a column. With a row key a row of base is
 * found again by it; without one, by its values in all other columns. Reads the files by which the
 * side differs from base, and of these the key and the column, or all columns without a key. Safe
 * for use by many threads.
 *
 * @param duck runs it in a trusted session
 * @param io reads deletion vectors
 */
public record ColumnChange(Supplier<Duck> duck, FileIO io) {
  private static final String VALUE = "\"__varve_value\"";

  /**
   * Counts them. Rows that the side added or removed are none.
   *
   * @param lost files of base that the side does not have so, at least one
   * @param added files of the side that base does not have so, at least one
   * @param key the field ids of the row key, if base and the side have the same; else none
   * @param column the field id of a column of the side, which may be a nested one
   */
  public long rows(List<StateFiles> lost, StateFiles added, Set<Integer> key, int column) {
    Schema schema = added.state().schema();
    try (DuckSession session = duck.get().trusted()) {
      StateViews views = new StateViews(session, io, schema);
      RowColumns columns = new RowColumns(schema, key);
      NestedField holder = holder(schema, column);
      String sql =
          key.isEmpty()
              ? byOtherColumns(columns, views.of(lost), views.of(added), holder, column)
              : byKey(columns, views.of(lost), views.of(added), holder, column);
      return ComparedRows.number(session, sql);
    }
  }

  private static String byKey(
      RowColumns columns, String lost, String added, NestedField holder, int column) {
    return "SELECT count(*) FROM %s AS b JOIN %s AS s ON %s WHERE %s IS DISTINCT FROM %s"
        .formatted(
            lost,
            added,
            columns.keys(at -> key(columns, "b", at) + " = " + key(columns, "s", at), " AND "),
            value(holder, "b." + RowColumns.bare(holder), column, 0),
            value(holder, "s." + RowColumns.bare(holder), column, 0));
  }

  private static String key(RowColumns columns, String relation, int at) {
    return columns.key(at, column -> relation + "." + RowColumns.bare(column));
  }

  /** Rows that differ in the column, as bags, and have the same others. */
  private static String byOtherColumns(
      RowColumns columns, String lost, String added, NestedField holder, int column) {
    String others =
        Stream.concat(
                Stream.of("1 AS \"__varve_row\""), // there may be no other
                columns.all().stream()
                    .filter(other -> other.fieldId() != holder.fieldId())
                    .map(
                        other ->
                            ComparedSql.of(RowColumns.bare(other), other.type())
                                + " AS "
                                + RowColumns.bare(other)))
            .collect(Collectors.joining(", "));
    String value = value(holder, RowColumns.bare(holder), column, 0);
    return """
        WITH b AS (SELECT %1$s, %2$s AS %3$s FROM %4$s),
             s AS (SELECT %1$s, %2$s AS %3$s FROM %5$s),
             gone AS (SELECT * FROM b EXCEPT ALL SELECT * FROM s),
             came AS (SELECT * FROM s EXCEPT ALL SELECT * FROM b)
        SELECT count(*) FROM (SELECT * EXCLUDE (%3$s) FROM gone
                              INTERSECT ALL SELECT * EXCLUDE (%3$s) FROM came)"""
        .formatted(others, value, VALUE, lost, added);
  }

  /** The top-level column that is a column or holds it. */
  private static NestedField holder(Schema schema, int column) {
    return schema.columns().stream()
        .filter(field -> holds(field, column))
        .findFirst()
        .orElseThrow();
  }

  private static boolean holds(NestedField field, int column) {
    return TypeUtil.indexById(StructType.of(field)).containsKey(column);
  }

  /** What a value holds in a column: of a list or a map, a list of it. */
  private static String value(NestedField field, String sql, int column, int depth) {
    Type type = field.type();
    if (field.fieldId() == column) {
      return ComparedSql.of(sql, type);
    }
    NestedField held =
        type.asNestedType().fields().stream()
            .filter(it -> holds(it, column))
            .findFirst()
            .orElseThrow();
    if (type.isStructType()) {
      return value(held, RowColumns.field(sql, held.name()), column, depth);
    }
    String items =
        type.isListType()
            ? sql
            : held.fieldId() == type.asMapType().keyId()
                ? "map_keys(" + sql + ")"
                : "map_values(" + sql + ")";
    String item = SqlText.name("__varve_item" + depth);
    return "list_transform(%s, lambda %s: %s)"
        .formatted(items, item, value(held, item, column, depth + 1));
  }
}
