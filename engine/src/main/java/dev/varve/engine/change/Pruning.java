package dev.varve.engine.change;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.engine.layout.ColumnNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * What of a condition Iceberg can tell from a file's metrics: comparisons of a column with a
 * constant, and AND, OR, IN, BETWEEN and IS NULL of such. All else is taken to match anything, so a
 * file that is left out holds no row that matches.
 */
final class Pruning {
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private final Schema schema;

  private Pruning(Schema schema) {
    this.schema = schema;
  }

  /** A filter that every row that matches {@code condition} passes. */
  static Expression of(RowExpression condition, Schema schema) {
    return new Pruning(schema).convert(condition.tree());
  }

  private Expression convert(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "CONJUNCTION_AND" -> all(node.path("children"));
      case "CONJUNCTION_OR" -> any(node.path("children"));
      case "COMPARE_EQUAL" -> comparison(node, "=", "=");
      case "COMPARE_LESSTHAN" -> comparison(node, "<", ">");
      case "COMPARE_LESSTHANOREQUALTO" -> comparison(node, "<=", ">=");
      case "COMPARE_GREATERTHAN" -> comparison(node, ">", "<");
      case "COMPARE_GREATERTHANOREQUALTO" -> comparison(node, ">=", "<=");
      case "COMPARE_IN" -> in(node.path("children"));
      case "COMPARE_BETWEEN" ->
          Expressions.and(
              compare(node.path("input"), ">=", node.path("lower")),
              compare(node.path("input"), "<=", node.path("upper")));
      case "OPERATOR_IS_NULL" -> isNull(node.path("children").path(0));
      default -> Expressions.alwaysTrue();
    };
  }

  private Expression all(JsonNode children) {
    Expression all = Expressions.alwaysTrue();
    for (JsonNode child : children) {
      all = Expressions.and(all, convert(child));
    }
    return all;
  }

  private Expression any(JsonNode children) {
    Expression any = Expressions.alwaysFalse();
    for (JsonNode child : children) {
      any = Expressions.or(any, convert(child));
    }
    return any;
  }

  private Expression in(JsonNode children) {
    Expression any = Expressions.alwaysFalse();
    for (int i = 1; i < children.size(); i++) {
      any = Expressions.or(any, compare(children.path(0), "=", children.path(i)));
    }
    return any;
  }

  private Expression comparison(JsonNode node, String operator, String mirrored) {
    JsonNode left = node.path("left");
    JsonNode right = node.path("right");
    return column(left).isPresent()
        ? compare(left, operator, right)
        : compare(right, mirrored, left);
  }

  private Expression isNull(JsonNode node) {
    return column(node)
        .<Expression>map(column -> Expressions.isNull(column.name()))
        .orElse(Expressions.alwaysTrue());
  }

  private Expression compare(JsonNode side, String operator, JsonNode constant) {
    Optional<Types.NestedField> column = column(side);
    if (column.isEmpty()) {
      return Expressions.alwaysTrue();
    }
    return value(column.get(), constant)
        .map(value -> predicate(column.get().name(), operator, value))
        .filter(this::binds)
        .orElse(Expressions.alwaysTrue());
  }

  private static Expression predicate(String column, String operator, Object value) {
    return switch (operator) {
      case "=" -> Expressions.equal(column, value);
      case "<" -> Expressions.lessThan(column, value);
      case "<=" -> Expressions.lessThanOrEqual(column, value);
      case ">" -> Expressions.greaterThan(column, value);
      default -> Expressions.greaterThanOrEqual(column, value);
    };
  }

  private boolean binds(Expression expression) {
    try {
      Binder.bind(schema.asStruct(), expression, true);
      return true;
    } catch (ValidationException | IllegalArgumentException | java.time.DateTimeException e) {
      return false;
    }
  }

  /** A top-level column of a type whose order DuckDB and Iceberg share. */
  private Optional<Types.NestedField> column(JsonNode node) {
    JsonNode names = node.path("column_names");
    if (!node.path("class").asText().equals("COLUMN_REF") || names.size() != 1) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>();
    schema.columns().forEach(column -> columns.add(column.name()));
    return ColumnNames.find(columns, names.path(0).asText()).map(schema::findField);
  }

  /** The constant as Iceberg compares the column with it, if that is sure to mean the same. */
  private static Optional<Object> value(Types.NestedField column, JsonNode node) {
    boolean cast = node.path("type").asText().equals("OPERATOR_CAST");
    JsonNode constant = cast ? node.path("child") : node;
    JsonNode literal = constant.path("literal");
    String text = literal.path("text").asText();
    String kind = literal.path("kind").asText();
    return switch (column.type().typeId()) {
      case INTEGER, LONG -> !cast && kind.equals("INTEGER") ? wholeNumber(text) : Optional.empty();
      case STRING -> !cast && kind.equals("STRING") ? Optional.of(text) : Optional.empty();
      case DATE ->
          kind.equals("STRING") && DAY.matcher(text).matches()
              ? Optional.of(text)
              : Optional.empty();
      case TIMESTAMP -> kind.equals("STRING") ? timestamp(column, text) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Object> wholeNumber(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Object> timestamp(Types.NestedField column, String text) {
    if (((Types.TimestampType) column.type()).shouldAdjustToUTC()) {
      return Optional.empty();
    }
    String iso = DAY.matcher(text).matches() ? text + "T00:00:00" : text.replace(' ', 'T');
    return Optional.of(iso);
  }
}
