package dev.varve.engine.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Walks the tree of a query: finds where it names tables, and refuses what no query needs. A name
 * that a WITH clause gives, where it is in scope, is not a table.
 */
final class QueryTree {
  private static final String WITH = "cte_map";
  private static final Set<String> QUERY_NODES =
      Set.of("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE");
  private static final Set<String> TABLE_NODES =
      Set.of(
          "BASE_TABLE",
          "SUBQUERY",
          "JOIN",
          "TABLE_FUNCTION",
          "EMPTY",
          "EMPTY_FROM",
          "EXPRESSION_LIST",
          "PIVOT",
          "SHOW_REF");

  private final List<TableUse> tables = new ArrayList<>();
  private final List<ObjectNode> columns = new ArrayList<>();
  private final List<ObjectNode> listings = new ArrayList<>();

  private QueryTree() {}

  /**
   * Walks a statement.
   *
   * @throws VarveException if it calls a function or has a form that is not allowed
   */
  static QueryTree of(ObjectNode statement) {
    QueryTree tree = new QueryTree();
    tree.walk(statement, Set.of());
    return tree;
  }

  /** The references to tables. */
  List<TableUse> tables() {
    return tables;
  }

  /** The references to columns that have a qualified name. */
  List<ObjectNode> qualifiedColumns() {
    return columns;
  }

  /** The SHOW TABLES in it. */
  List<ObjectNode> listings() {
    return listings;
  }

  /** Plain loops, since each level of a tree costs a frame. */
  private void walk(JsonNode node, Set<String> names) {
    if (node instanceof ObjectNode object) {
      boolean query = object.has(WITH);
      Set<String> inner = query ? withNames(object, names) : names;
      inspect(object, inner);
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (!field.getKey().equals(WITH)) {
          walk(field.getValue(), inner);
        }
      }
    } else {
      for (JsonNode child : node) {
        walk(child, names);
      }
    }
  }

  /** Walks the WITH clause of a query; each of its names is in scope from there on. */
  private Set<String> withNames(ObjectNode query, Set<String> outer) {
    requireKnown(QUERY_NODES, query);
    Set<String> names = new HashSet<>(outer);
    if (query.has("cte_name")) {
      add(names, query.get("cte_name").asText(), true);
    }
    for (JsonNode entry : query.get(WITH).get("map")) {
      JsonNode body = entry.get("value");
      walk(body, names);
      boolean recursive =
          body.path("query_node").path("type").asText().equals("RECURSIVE_CTE_NODE");
      add(names, entry.get("key").asText(), recursive);
    }
    return names;
  }

  private static void add(Set<String> names, String name, boolean recursive) {
    names.add(fold(name));
    if (recursive) {
      names.add("recurring." + fold(name));
    }
  }

  private void inspect(ObjectNode node, Set<String> names) {
    if (node.has("class")) {
      inspectExpression(node);
    } else if (node.has("query_location")) {
      requireKnown(TABLE_NODES, node);
      inspectTable(node, names);
    }
  }

  private void inspectExpression(ObjectNode node) {
    switch (node.get("class").asText()) {
      case "FUNCTION", "WINDOW" -> {
        String name = node.path("function_name").asText();
        if (!Functions.allows(name)) {
          throw forbidden("the function '%s' cannot be used".formatted(name));
        }
      }
      case "COLUMN_REF" -> {
        if (node.get("column_names").size() > 1) {
          columns.add(node);
        }
      }
      case "PARAMETER" ->
          throw new VarveException(
              ErrorCode.INVALID_SQL, "parameters cannot be used: write the values into the text");
      default -> {}
    }
  }

  private void inspectTable(ObjectNode node, Set<String> names) {
    switch (node.get("type").asText()) {
      case "BASE_TABLE" -> {
        TableUse use = new TableUse(node);
        if (use.at().isPresent() || !names.contains(fold(String.join(".", use.path())))) {
          tables.add(use);
        }
      }
      case "TABLE_FUNCTION" -> {
        String name = node.path("function").path("function_name").asText();
        if (!Functions.allowsTableFunction(name)) {
          throw forbidden("the table function '%s' cannot be used".formatted(name));
        }
      }
      case "SHOW_REF" -> inspectShow(node);
      default -> {}
    }
  }

  private void inspectShow(ObjectNode node) {
    if (!node.get("query").isNull()) {
      return;
    }
    String what = node.get("table_name").asText();
    if (what.equals("\"tables\"") || what.equals("__show_tables_expanded")) {
      listings.add(node);
    } else {
      throw new VarveException(
          ErrorCode.INVALID_SQL,
          "cannot show %s".formatted(what),
          "use SHOW TABLES, or DESCRIBE and a table's name");
    }
  }

  private static void requireKnown(Set<String> known, ObjectNode node) {
    String type = node.path("type").asText();
    if (!known.contains(type)) {
      throw forbidden("this form of query cannot be used (%s)".formatted(type));
    }
  }

  private static VarveException forbidden(String message) {
    return new VarveException(
        ErrorCode.FORBIDDEN, message, "queries read the tables of the lake and nothing else");
  }

  static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
