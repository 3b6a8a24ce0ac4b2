package dev.varve.engine.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.Duck;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Checks expressions that users write for the rows of one table, such as the condition of a delete
 * or the new value of a column. Safe for use by many threads.
 */
public final class RowExpressions {
  private static final Set<String> QUERY_WIDE = Set.of("STAR", "SUBQUERY", "WINDOW", "PARAMETER");

  private static final Pattern PLACE = Pattern.compile(", in line \\d+, column \\d+$");

  /** What begins the names of places in the text. */
  private static final String PLACES = "query_location";

  private static final String SEVERAL = "several";
  private static final String PREFIX = "cannot use the expression '%s': ";

  private final SqlParser parser;

  public RowExpressions(Duck duck) {
    this(new SqlParser(duck));
  }

  RowExpressions(SqlParser parser) {
    this.parser = parser;
  }

  /**
   * Checks that a text is one expression over the columns of a row: no subquery, window, table
   * function or parameter, and nothing behind it.
   *
   * @return the expression, which may be put between parentheses in a statement
   * @throws VarveException {@code invalid-sql} if it is not
   */
  public RowExpression parse(String text) {
    // A line break ends a comment at the end of the text.
    String query = "SELECT (" + text + "\n)";
    ObjectNode statement = parsed(query, text);
    JsonNode select = statement.get("node");
    requireOnlySelectList(select, text);
    ObjectNode expression = (ObjectNode) select.get("select_list").get(0);
    QueryTree.of(statement);
    requireOne(expression, text);
    Set<List<String>> columns = new LinkedHashSet<>();
    inspect(expression, columns, text);
    return new RowExpression("(" + text + "\n)", List.copyOf(columns));
  }

  /** A place in the text would be one in the query that it was put into. */
  private ObjectNode parsed(String query, String text) {
    try {
      return parser.parse(query);
    } catch (VarveException e) {
      if (!e.details().containsKey("line")) {
        throw e;
      }
      boolean end = Integer.parseInt(e.details().get("line")) > text.lines().count();
      String what = PLACE.matcher(e.getMessage()).replaceFirst("");
      throw invalid(text, end ? "it ends too early" : what);
    }
  }

  /** Shape of {@code SELECT (expression)}: a text with a parenthesis too many would add to it. */
  private static void requireOnlySelectList(JsonNode select, String text) {
    boolean plain =
        select.path("type").asText().equals("SELECT_NODE")
            && select.get("select_list").size() == 1
            && select.get("select_list").get(0).path("alias").asText().isEmpty()
            && select.get("from_table").path("type").asText().equals("EMPTY")
            && select.get("modifiers").isEmpty()
            && select.get("cte_map").get("map").isEmpty()
            && select.get("group_expressions").isEmpty()
            && List.of("where_clause", "having", "sample", "qualify").stream()
                .allMatch(clause -> select.path(clause).isNull());
    if (!plain) {
      throw invalid(text, "it is not one expression");
    }
  }

  /**
   * Between parentheses, expressions with commas are a row of values; and a parenthesis that closes
   * ours, and one that is closed by ours, would tear apart what the text is put into. Alone such a
   * text has another tree.
   */
  private void requireOne(JsonNode expression, String text) {
    JsonNode alone;
    try {
      alone = parser.parse("SELECT " + text + "\n").get("node").get("select_list");
    } catch (VarveException e) {
      throw invalid(text, "it is not one expression");
    }
    if (alone.size() != 1 || !isAlike(expression, alone.get(0))) {
      throw new VarveException(
          ErrorCode.INVALID_SQL,
          PREFIX.formatted(text) + "a comma separates it into several",
          "write one expression; join conditions with AND",
          Map.of("sql", text, SEVERAL, "true"),
          null);
    }
  }

  /** Why a text was refused, without the text. */
  public static String why(VarveException e, String text) {
    return e.getMessage().replace(PREFIX.formatted(text), "");
  }

  /** Whether a text was refused because it is several expressions. */
  public static boolean isSeveral(VarveException e) {
    return e.details().containsKey(SEVERAL);
  }

  /** Compares trees but for the places in the text. */
  private static boolean isAlike(JsonNode one, JsonNode other) {
    if (one.size() != other.size() || !one.isContainerNode()) {
      return one.equals(other);
    }
    if (one.isArray()) {
      return IntStream.range(0, one.size()).allMatch(at -> isAlike(one.get(at), other.get(at)));
    }
    return one.properties().stream()
        .allMatch(
            part ->
                part.getKey().startsWith(PLACES)
                    || isAlike(part.getValue(), other.path(part.getKey())));
  }

  private static void inspect(JsonNode node, Set<List<String>> columns, String text) {
    String kind = node.path("class").asText();
    if (QUERY_WIDE.contains(kind)) {
      throw invalid(text, "a row's expression has no " + kind.toLowerCase(java.util.Locale.ROOT));
    }
    if (kind.equals("COLUMN_REF")) {
      List<String> names = new ArrayList<>();
      node.get("column_names").forEach(name -> names.add(name.asText()));
      columns.add(List.copyOf(names));
    }
    node.forEach(child -> inspect(child, columns, text));
  }

  private static VarveException invalid(String text, String why) {
    return new VarveException(
        ErrorCode.INVALID_SQL,
        PREFIX.formatted(text) + why,
        "write one expression over the columns of the table, such as delay > 60");
  }

  /**
   * A checked expression.
   *
   * @param sql the text, in parentheses
   * @param columns the names of the columns that it speaks of, as they are written, in order
   */
  public record RowExpression(String sql, List<List<String>> columns) {}
}
