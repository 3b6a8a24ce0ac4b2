package dev.varve.engine.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.query.TableResolver.Resolved;
import dev.varve.engine.query.TableUse.TextSpan;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns a user's text into one that reads views of the tables that it names. */
final class QueryBinder {
  private static final int MAX_LISTED = 10_000;

  /** The parser gives no tree of EXPLAIN, so the word is taken off; what follows is parsed. */
  private static final Pattern EXPLAIN =
      Pattern.compile(
          "\\A(?:\\s|--[^\\n]*\\n|/\\*.*?\\*/)*explain\\s+(?:analyze\\s+)?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final SqlParser parser;
  private final TableResolver resolver;
  private final String text;
  private final Map<String, TableRelation> views = new LinkedHashMap<>();
  private final Map<Resolved, String> names = new HashMap<>();

  private QueryBinder(SqlParser parser, TableResolver resolver, String text) {
    this.parser = parser;
    this.resolver = resolver;
    this.text = text;
  }

  /**
   * Parses the query and finds its tables.
   *
   * @throws VarveException if it is not one query, or names a table or revision that is not there
   */
  static BoundQuery bind(SqlParser parser, QueryTables tables, SqlQuery query) {
    TableResolver resolver = new TableResolver(tables, query.revision());
    return new QueryBinder(parser, resolver, query.sql()).bind();
  }

  private BoundQuery bind() {
    try {
      return bind(0);
    } catch (VarveException e) {
      Matcher explain = EXPLAIN.matcher(text);
      if (SqlParser.isNoSelect(e) && explain.find()) {
        return bind(explain.end());
      }
      throw e;
    }
  }

  private BoundQuery bind(int from) {
    String prefix = text.substring(0, from);
    ObjectNode statement = parser.parse(text.substring(from));
    QueryTree tree = QueryTree.of(statement);
    boolean placed =
        tree.listings().isEmpty()
            && tree.tables().stream().allMatch(use -> use.span().isPresent() && !use.isSampled());
    SqlEdits edits = new SqlEdits(text.substring(from));
    List<List<String>> qualified = new ArrayList<>();
    for (TableUse use : tree.tables()) {
      String view = view(resolver.resolve(use));
      if (use.path().size() > 1) {
        qualified.add(use.path());
      }
      if (placed) {
        edits.replace(use.span().orElseThrow(), reference(view, use));
      }
      use.pointTo(view);
    }
    tree.qualifiedColumns().forEach(column -> shorten(column, qualified, edits));
    if (placed) {
      return new BoundQuery(prefix + edits.apply(), views, Optional.empty(), place(prefix, edits));
    }
    tree.listings().forEach(this::readListing);
    return new BoundQuery(
        prefix + parser.print(statement), views, listing(tree), position -> Optional.empty());
  }

  private Optional<Iterable<String>> listing(QueryTree tree) {
    return tree.listings().isEmpty() ? Optional.empty() : Optional.of(resolver.names(MAX_LISTED));
  }

  private java.util.function.IntFunction<Optional<TextPosition>> place(
      String prefix, SqlEdits edits) {
    int bytes = prefix.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    return position -> Optional.of(TextPosition.of(text, bytes + edits.original(position - bytes)));
  }

  private String view(Resolved resolved) {
    return names.computeIfAbsent(
        resolved,
        key -> {
          String view = "varve_table_" + (names.size() + 1);
          views.put(view, TableRelation.of(key.table().metadata(), key.table().io()));
          return view;
        });
  }

  private static String reference(String view, TableUse use) {
    String columns =
        use.columnAliases().isEmpty()
            ? ""
            : use.columnAliases().stream()
                .map(SqlText::name)
                .collect(Collectors.joining(", ", " (", ")"));
    return SqlText.name(view) + " AS " + SqlText.name(use.alias()) + columns;
  }

  /** A column may be qualified by a table's whole name, of which the alias keeps the last part. */
  private static void shorten(ObjectNode column, List<List<String>> tables, SqlEdits edits) {
    List<String> names = new ArrayList<>();
    column.get("column_names").forEach(name -> names.add(name.asText()));
    for (List<String> table : tables) {
      if (names.size() > table.size() && startsWith(names, table)) {
        List<String> rest = names.subList(table.size() - 1, names.size());
        com.fasterxml.jackson.databind.node.ArrayNode short_ = column.putArray("column_names");
        rest.forEach(short_::add);
        String sql = rest.stream().map(SqlText::name).collect(Collectors.joining("."));
        TextSpan.of(column).ifPresent(span -> edits.replace(span, sql));
        return;
      }
    }
  }

  private static boolean startsWith(List<String> names, List<String> prefix) {
    for (int i = 0; i < prefix.size(); i++) {
      if (!names.get(i).toLowerCase(Locale.ROOT).equals(prefix.get(i).toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  private void readListing(ObjectNode show) {
    ObjectNode template = parser.parse("FROM " + BoundQuery.LISTING);
    show.removeAll();
    show.setAll((ObjectNode) template.get("node").get("from_table"));
  }
}
