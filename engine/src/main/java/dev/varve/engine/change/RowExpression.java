package dev.varve.engine.change;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.query.RowExpressions;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckMessage;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.table.TableName;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * An expression over the columns of one row, as a user wrote it, that was found to be that and no
 * more: it may stand in the engine's own statements.
 */
final class RowExpression {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A row is looked at twice, to find its file and to rewrite it; these would answer differently.
   */
  private static final Set<String> UNSTEADY =
      Set.of("random", "setseed", "uuid", "uuidv4", "uuidv7", "gen_random_uuid");

  /** What a condition may be; the other is the type of a bare null. */
  private static final Set<String> CONDITIONS = Set.of("BOOLEAN", "\"NULL\"");

  private final String text;
  private final String sql;
  private final JsonNode tree;

  private RowExpression(String text, String sql, JsonNode tree) {
    this.text = text;
    this.sql = sql;
    this.tree = tree;
  }

  /** Reads expressions over the rows of one table. */
  record Reader(RowExpressions checks, DuckSession session, Schema schema, TableName table) {
    /**
     * @param table expressions may call it by its last name
     */
    Reader(Duck duck, DuckSession session, Schema schema, TableName table) {
      this(new RowExpressions(duck), session, schema, table);
    }

    /**
     * Reads the condition of a statement, which must answer the same whenever it is asked.
     *
     * <p>DuckDB takes a number or a text for a condition, too. Who forgot to compare a column would
     * lose nearly all rows by that.
     *
     * @throws VarveException if the text is not one expression over columns of the table, or not
     *     true or false
     */
    RowExpression condition(String text) {
      RowExpression condition = value(text);
      condition.requireSteady(condition.tree);
      String type = type(condition);
      if (!CONDITIONS.contains(type)) {
        throw new VarveException(
            ErrorCode.INVALID_SQL,
            "cannot use the condition '%s': it is %s, not true or false"
                .formatted(text, type.toLowerCase(Locale.ROOT)),
            "nothing was committed; compare it with something, as in delay > 60",
            Map.of("sql", text),
            null);
      }
      return condition;
    }

    /** DuckDB's type of the expression. */
    private String type(RowExpression expression) {
      String noRow =
          schema.columns().stream()
              .map(
                  column ->
                      "CAST(NULL AS %s) AS %s"
                          .formatted(DuckTypes.of(column.type()), SqlText.name(column.name())))
              .collect(Collectors.joining(", ", "SELECT ", ""));
      String query =
          "SELECT column_type FROM (DESCRIBE SELECT %s FROM (%s) AS %s)"
              .formatted(expression.sql(), noRow, SqlText.name(table.name()));
      try {
        return session.query(query, rows -> rows.next() ? rows.getString(1) : "");
      } catch (VarveException e) {
        throw expression.refused(e);
      }
    }

    /**
     * Reads the new value of a column.
     *
     * @throws VarveException as for {@link #condition}; or if it is a row of values, which only a
     *     struct can be set to: as a text it would be stored, and nobody meant that
     */
    RowExpression valueOf(Types.NestedField column, String text) {
      RowExpression value;
      try {
        value = value(text);
      } catch (VarveException e) {
        if (!RowExpressions.isSeveral(e)) {
          throw e;
        }
        throw new VarveException(
            e.code(),
            "cannot set column '%s' of '%s' to \"%s\": a comma separates it into several expressions"
                .formatted(column.name(), table, text),
            "nothing was committed; write one expression for a column, and --set once for each column",
            Map.of("column", column.name(), "sql", text),
            e);
      }
      boolean row = value.tree.path("function_name").asText().equalsIgnoreCase("row");
      if (row && !column.type().isStructType()) {
        throw new VarveException(
            ErrorCode.INVALID_SQL,
            "cannot set column '%s', which is %s, to \"%s\": it is a row of values"
                .formatted(column.name(), TypeText.print(column.type()), text),
            "nothing was committed; write one value, or a list as [1, 2]",
            Map.of("column", column.name(), "sql", text),
            null);
      }
      return value;
    }

    private RowExpression value(String text) {
      RowExpressions.RowExpression checked = checks.parse(text);
      List<String> columns = schema.columns().stream().map(Types.NestedField::name).toList();
      for (List<String> name : checked.columns()) {
        // A longer name is of a table and its column, or of a struct and its field: DuckDB knows.
        if (name.size() == 1 && ColumnNames.find(columns, name.get(0)).isEmpty()) {
          throw ColumnNames.unknown(name.get(0), columns);
        }
      }
      return new RowExpression(text, checked.sql(), tree(checked.sql()));
    }

    private JsonNode tree(String sql) {
      String query =
          "SELECT json_serialize_sql(%s, skip_null := true, skip_empty := true)"
              .formatted(SqlText.literal("SELECT * FROM t WHERE " + sql));
      String json = session.query(query, rows -> rows.next() ? rows.getString(1) : "{}");
      try {
        return JSON.readTree(json).path("statements").path(0).path("node").path("where_clause");
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException("cannot read DuckDB's syntax tree", e);
      }
    }
  }

  /** What DuckDB has against the expression, in terms of what the user wrote. */
  VarveException refused(VarveException e) {
    DuckMessage message = DuckMessage.of(e.getMessage());
    return new VarveException(
        e.code(),
        "cannot use the expression '%s': %s".formatted(text, message.text()),
        message.hint().orElse("nothing was committed"),
        Map.of("sql", text),
        e);
  }

  private void requireSteady(JsonNode node) {
    String function = node.path("function_name").asText().toLowerCase(Locale.ROOT);
    if (UNSTEADY.contains(function)) {
      throw new VarveException(
          ErrorCode.INVALID_SQL,
          "cannot use the condition '%s': function '%s' answers differently each time"
              .formatted(text, function),
          "write a condition over the columns of the table, such as delay > 60",
          Map.of("sql", text),
          null);
    }
    node.forEach(this::requireSteady);
  }

  /** The expression as SQL, in parentheses. */
  String sql() {
    return sql;
  }

  /** What the user wrote. */
  String text() {
    return text;
  }

  /** DuckDB's syntax tree of the expression. */
  JsonNode tree() {
    return tree;
  }
}
