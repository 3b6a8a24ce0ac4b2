package dev.varve.engine.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A place in a query where a table is named.
 *
 * @param node the reference in the tree
 */
record TableUse(ObjectNode node) {
  /** DuckDB writes an unknown position as the highest unsigned number. */
  private static final String NOWHERE = "18446744073709551615";

  /** What stands in an {@code AT} clause. */
  sealed interface At {
    /** {@code AT (VERSION => 'v1')}. */
    record Version(String revision) implements At {}

    /** {@code AT (TIMESTAMP => '2026-11-01 00:00:00')}. */
    record Time(String timestamp) implements At {}
  }

  /** The elements of the name. */
  List<String> path() {
    List<String> path = new ArrayList<>();
    node.get("qualified_name").get("path").forEach(element -> path.add(element.asText()));
    return path;
  }

  Optional<At> at() {
    JsonNode clause = node.get("at_clause");
    if (clause == null || clause.isNull()) {
      return Optional.empty();
    }
    String value = constant(clause.get("expr"));
    return Optional.of(
        clause.get("unit").asText().equalsIgnoreCase("VERSION")
            ? new At.Version(value)
            : new At.Time(value));
  }

  /** The value of a constant or of a cast of one, such as {@code TIMESTAMP '2026-11-01'}. */
  private static String constant(JsonNode expression) {
    JsonNode inner = expression;
    while (inner.path("class").asText().equals("CAST")) {
      inner = inner.get("child");
    }
    JsonNode text = inner.path("literal").path("text");
    if (text.isMissingNode()) {
      text = inner.path("value").path("value");
    }
    if (!text.isValueNode() || text.isNull()) {
      throw new VarveException(
          ErrorCode.INVALID_SQL, "an AT clause takes a constant: AT (VERSION => 'v1')");
    }
    return text.asText();
  }

  /** Where the reference stands in the text, with alias and AT clause; empty if not known. */
  Optional<TextSpan> span() {
    return TextSpan.of(node);
  }

  /** Whether a TABLESAMPLE belongs to the reference; its text then lies within the span. */
  boolean isSampled() {
    return !node.path("sample").isNull() && !node.path("sample").isMissingNode();
  }

  /** The name by which the rest of the query speaks of the table. */
  String alias() {
    String alias = node.get("alias").asText();
    List<String> path = path();
    return alias.isEmpty() ? path.get(path.size() - 1) : alias;
  }

  List<String> columnAliases() {
    List<String> aliases = new ArrayList<>();
    node.get("column_name_alias").forEach(name -> aliases.add(name.asText()));
    return aliases;
  }

  /** Makes the reference one to a view of the session. */
  void pointTo(String view) {
    node.put("alias", alias());
    node.put("table_name", view).put("schema_name", "").put("catalog_name", "");
    ((ObjectNode) node.get("qualified_name")).putArray("path").add(view);
    node.putNull("at_clause");
  }

  /** Bytes of the text. */
  record TextSpan(int start, int length) {
    static Optional<TextSpan> of(JsonNode node) {
      JsonNode start = node.path("query_location");
      if (start.isMissingNode() || start.asText().equals(NOWHERE)) {
        return Optional.empty();
      }
      int length = node.path("query_location_length").asInt();
      return length == 0 ? Optional.empty() : Optional.of(new TextSpan(start.asInt(), length));
    }
  }
}
