package dev.varve.engine.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.table.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;

/**
 * The row key of one row, by the identifier fields of a schema. Immutable.
 *
 * <p>As text it is the value, or {@code column=value} for each column of a key of several.
 */
public final class RowKey {
  private final List<KeyValue> values;
  private final InclusiveMetricsEvaluator metrics;

  private RowKey(Schema schema, List<KeyValue> values) {
    this.values = List.copyOf(values);
    Expression all =
        values.stream()
            .map(KeyValue::expression)
            .reduce(Expressions.alwaysTrue(), Expressions::and);
    this.metrics = new InclusiveMetricsEvaluator(schema, all);
  }

  /**
   * Reads a key.
   *
   * @throws VarveException if the table has no row key, a column of it is missing or named twice,
   *     or a value is none of the column's type
   */
  public static RowKey parse(TableName table, Schema schema, List<String> texts) {
    Set<String> columns = new TreeSet<>(schema.identifierFieldNames());
    if (columns.isEmpty()) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "the rows of '%s' cannot be told apart: the table has no row key".formatted(table),
          "name the columns that tell them apart with: varve table set-key %s COLUMN; or compare states with: varve diff"
              .formatted(table),
          Map.of("table", table.toString()),
          null);
    }
    Map<String, String> byColumn = new TreeMap<>();
    for (String text : texts) {
      String column = column(columns, text);
      String value = column.isEmpty() ? text : text.substring(text.indexOf('=') + 1);
      String name = column.isEmpty() ? columns.iterator().next() : column;
      if (byColumn.put(name, value) != null) {
        throw invalid(table, columns, "column '%s' is given twice".formatted(name));
      }
    }
    if (!byColumn.keySet().equals(columns)) {
      columns.removeAll(byColumn.keySet());
      throw invalid(
          table,
          schema.identifierFieldNames(),
          "%s is missing".formatted(ColumnNames.quoted(columns)));
    }
    List<KeyValue> values = new ArrayList<>();
    byColumn.forEach((name, value) -> values.add(KeyValue.parse(schema, name, value)));
    return new RowKey(schema, values);
  }

  /** The key column that a text names before its '='; empty if it is a value alone. */
  private static String column(Set<String> columns, String text) {
    int equals = text.indexOf('=');
    String before = equals < 0 ? "" : text.substring(0, equals).strip();
    return columns.stream()
        .filter(name -> name.equalsIgnoreCase(before))
        .findFirst()
        .orElseGet(
            () -> {
              if (columns.size() > 1) {
                throw new VarveException(
                    ErrorCode.INVALID_REQUEST,
                    "cannot read the key '%s': it names no column of the row key".formatted(text),
                    "write COLUMN=VALUE for each of: " + String.join(", ", columns));
              }
              return "";
            });
  }

  private static VarveException invalid(TableName table, Set<String> columns, String why) {
    return new VarveException(
        ErrorCode.INVALID_REQUEST,
        "cannot read the key of a row of '%s': %s".formatted(table, why),
        "write COLUMN=VALUE for each of: " + String.join(", ", new TreeSet<>(columns)),
        new HashMap<>(Map.of("table", table.toString())),
        null);
  }

  /** Whether a file's column metrics allow it to hold the row; yes where there are none. */
  boolean mayBeIn(DataFile file) {
    return metrics.eval(file);
  }

  /** A condition in SQL over the columns of the schema. */
  String condition() {
    return values.stream().map(KeyValue::condition).collect(Collectors.joining(" AND "));
  }

  /** A condition in SQL over a struct whose fields have the full names of the key's columns. */
  public String conditionOn(String struct) {
    return values.stream()
        .map(
            value ->
                "struct_extract(%s, %s) = %s"
                    .formatted(struct, SqlText.literal(value.column()), value.sql()))
        .collect(Collectors.joining(" AND "));
  }

  /** For people: the values with their columns. */
  @Override
  public String toString() {
    return values.stream().map(KeyValue::toString).collect(Collectors.joining(", "));
  }
}
