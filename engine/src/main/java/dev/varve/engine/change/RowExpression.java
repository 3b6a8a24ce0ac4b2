package dev.varve.engine.change;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * An expression over the columns of one row, as a user wrote it.
 *
 * <p>DuckDB's own parser says what the text is; one that is more than a single expression, or that
 * looks at anything but its row, is refused. So it can stand in the engine's own statements: it
 * reaches no file, no other table and no setting.
 */
final class RowExpression {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** DuckDB's parser recurses: what was seen was up to 4 KiB of stack for each byte of a text. */
  private static final int MAX_CHARS = 8 * 1024;

  /** What a statement's tree has besides the expression. */
  private static final Set<String> EXPECTED =
      Set.of("type", "cte_map", "select_list", "from_table", "where_clause", "aggregate_handling");

  /** Functions that tell of the server, wait, or answer differently each time they are asked. */
  private static final Set<String> REFUSED =
      Set.of(
          "current_setting",
          "getvariable",
          "getenv",
          "nextval",
          "currval",
          "setval",
          "setseed",
          "sleep_ms",
          "pg_sleep",
          "write_log",
          "current_query",
          "json_serialize_plan",
          "random",
          "uuid",
          "uuidv4",
          "uuidv7",
          "gen_random_uuid",
          "stats",
          "vector_type",
          "current_connection_id",
          "current_query_id",
          "current_transaction_id");

  private final String text;
  private final JsonNode tree;

  private RowExpression(String text, JsonNode tree) {
    this.text = text;
    this.tree = tree;
  }

  /**
   * @throws VarveException if the text is not one expression over columns of {@code schema}
   */
  static RowExpression parse(DuckSession session, Schema schema, String text) {
    if (text.isBlank()) {
      throw refused(text, "it is empty");
    }
    if (text.length() > MAX_CHARS) {
      throw refused(text.substring(0, 100) + "…", "it is longer than " + MAX_CHARS + " characters");
    }
    // The line break ends a comment, which would take the parenthesis with it.
    String statement = "SELECT * FROM t WHERE (" + text + "\n)";
    JsonNode parsed = parse(session, statement);
    if (parsed.path("error").asBoolean()) {
      throw refused(text, parsed.path("error_message").asText());
    }
    JsonNode node = parsed.path("statements").path(0).path("node");
    if (parsed.path("statements").size() != 1 || !isPlain(node)) {
      throw refused(text, "it is more than one expression");
    }
    RowExpression expression = new RowExpression(text, node.path("where_clause"));
    expression.check(expression.tree, schema);
    return expression;
  }

  private static JsonNode parse(DuckSession session, String statement) {
    String sql =
        "SELECT json_serialize_sql(%s, skip_null := true, skip_empty := true)"
            .formatted(SqlText.literal(statement));
    String json = session.query(sql, rows -> rows.next() ? rows.getString(1) : "{}");
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException("cannot read DuckDB's syntax tree", e);
    }
  }

  private static boolean isPlain(JsonNode node) {
    boolean plain = node.path("type").asText().equals("SELECT_NODE");
    for (String name : (Iterable<String>) node::fieldNames) {
      plain &= EXPECTED.contains(name);
    }
    return plain
        && node.path("cte_map").isEmpty()
        && node.path("select_list").size() == 1
        && node.path("select_list").path(0).path("class").asText().equals("STAR")
        && node.path("from_table").path("type").asText().equals("BASE_TABLE")
        && node.path("from_table").path("table_name").asText().equals("t");
  }

  private void check(JsonNode node, Schema schema) {
    switch (node.path("class").asText()) {
      case "SUBQUERY" -> throw refused(text, "it has a subquery");
      case "WINDOW" -> throw refused(text, "it has a window function");
      case "STAR" -> throw refused(text, "it has a '*'");
      case "PARAMETER" -> throw refused(text, "it has a parameter");
      case "COLUMN_REF" -> checkColumn(node.path("column_names"), schema);
      case "FUNCTION" -> checkFunction(node.path("function_name").asText());
      default -> {}
    }
    node.forEach(child -> check(child, schema));
  }

  private void checkFunction(String name) {
    if (REFUSED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
      throw refused(text, "function '" + name + "' cannot be used here");
    }
  }

  private static void checkColumn(JsonNode names, Schema schema) {
    List<String> columns = schema.columns().stream().map(Types.NestedField::name).toList();
    // A longer name is of a table and its column, or of a struct and its field: DuckDB knows.
    if (names.size() == 1 && ColumnNames.find(columns, names.path(0).asText()).isEmpty()) {
      throw ColumnNames.unknown(names.path(0).asText(), columns);
    }
  }

  private static VarveException refused(String text, String why) {
    return new VarveException(
        ErrorCode.INVALID_SQL,
        "cannot read '%s': %s".formatted(text, why),
        "write one SQL expression over the table's columns, such as delay > 60",
        Map.of("sql", text),
        null);
  }

  /** The expression as SQL, in parentheses. */
  String sql() {
    return "(" + text + "\n)";
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
