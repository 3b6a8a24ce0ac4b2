package dev.varve.engine.merge;

import dev.varve.engine.merge.rows.CellRule;
import dev.varve.engine.merge.rows.CellStrategy;
import dev.varve.engine.merge.rows.RowStrategies;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How conflicts between rows are settled: told to the merge in its words, rules in SQL, and to the
 * oracle as code.
 *
 * @param rows for what has no settling of its own
 * @param columns by the names of columns
 */
record RandomStrategies(Side rows, SortedMap<String, Settling> columns) {
  private static final List<Side> SIDES = List.of(Side.values());

  /** How the cells of one column are settled. */
  sealed interface Settling {}

  /** A side, or nobody. */
  record Winner(Side side) implements Settling {}

  /** What ours has, if it has something. */
  record IfGiven() implements Settling {}

  /** The greater of two numbers, dates or times; a value if the other is null. */
  record Greatest() implements Settling {}

  /**
   * The cell of the row whose value of another column is the later one; theirs if neither is.
   *
   * @param isOfTable told by the rule of a table, which says who wins
   */
  record OfLaterRow(String column, boolean isOfTable) implements Settling {}

  /** One side for all. */
  static RandomStrategies of(Side side) {
    return new RandomStrategies(side, new TreeMap<>());
  }

  /** Something for most columns of a schema. */
  static RandomStrategies random(Random random, Schema schema) {
    List<String> comparable =
        schema.columns().stream()
            .filter(it -> isComparable(it.type()))
            .map(NestedField::name)
            .toList();
    SortedMap<String, Settling> columns = new TreeMap<>();
    for (NestedField column : schema.columns()) {
      List<Settling> all = new ArrayList<>();
      SIDES.forEach(side -> all.add(new Winner(side)));
      all.add(new IfGiven());
      if (isComparable(column.type())) {
        all.add(new Greatest());
      }
      if (!comparable.isEmpty()) {
        String later = comparable.get(random.nextInt(comparable.size()));
        all.add(new OfLaterRow(later, random.nextBoolean()));
      }
      if (random.nextInt(4) > 0) {
        columns.put(column.name(), all.get(random.nextInt(all.size())));
      }
    }
    return new RandomStrategies(SIDES.get(random.nextInt(SIDES.size())), columns);
  }

  /** One of the two sides for each column and for whole rows, as a person would answer. */
  static RandomStrategies answers(Random random, Schema schema) {
    SortedMap<String, Settling> columns = new TreeMap<>();
    schema.columns().forEach(column -> columns.put(column.name(), new Winner(oneOf(random))));
    return new RandomStrategies(oneOf(random), columns);
  }

  private static Side oneOf(Random random) {
    return random.nextBoolean() ? Side.OURS : Side.THEIRS;
  }

  private static boolean isComparable(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, DECIMAL, DATE, TIME, TIMESTAMP -> true;
      default -> false;
    };
  }

  /** The same for a merge. */
  RowStrategies told() {
    SortedMap<String, CellStrategy> told = new TreeMap<>();
    columns.forEach((name, settling) -> told.put(name, told(name, settling)));
    return new RowStrategies(rows, told);
  }

  private static CellStrategy told(String name, Settling settling) {
    String cell = SqlText.name(name);
    if (settling instanceof Winner winner) {
      return winner.side();
    } else if (settling instanceof OfLaterRow later && later.isOfTable()) {
      String by = SqlText.name(later.column());
      return rule(
              "CASE WHEN ours.%1$s > theirs.%1$s THEN 'ours' ELSE 'theirs' END".formatted(by),
              List.of(later.column()))
          .winning(name);
    } else if (settling instanceof OfLaterRow later) {
      String by = SqlText.name(later.column());
      return rule(
          "CASE WHEN ours.%1$s > theirs.%1$s THEN ours.%2$s ELSE theirs.%2$s END"
              .formatted(by, cell),
          List.of(name, later.column()));
    }
    String function = settling instanceof Greatest ? "greatest" : "coalesce";
    return rule("%1$s(ours.%2$s, theirs.%2$s)".formatted(function, cell), List.of(name));
  }

  private static CellRule rule(String sql, List<String> names) {
    List<List<String>> fields = new ArrayList<>();
    for (String name : names) {
      fields.add(List.of("ours", name));
      fields.add(List.of("theirs", name));
    }
    return new CellRule("a cell", sql, sql, fields);
  }

  /** Whether a cell in conflict is told as one. */
  boolean isAskedAbout(String column) {
    return of(column) instanceof Winner winner && winner.side() == Side.FAIL;
  }

  private Settling of(String column) {
    return columns.getOrDefault(column, new Winner(rows));
  }

  /**
   * The value of a cell in conflict.
   *
   * @param at the number of its column
   * @param names the columns of both rows
   */
  Object settle(int at, List<String> names, List<Object> ours, List<Object> theirs) {
    Object here = ours.get(at);
    Object there = theirs.get(at);
    Settling settling = of(names.get(at));
    if (settling instanceof Winner winner) {
      return winner.side() == Side.THEIRS ? there : here;
    } else if (settling instanceof OfLaterRow later) {
      int by = names.indexOf(later.column());
      boolean oursIsLater =
          ours.get(by) != null
              && theirs.get(by) != null
              && compare(ours.get(by), theirs.get(by)) > 0;
      return oursIsLater ? here : there;
    } else if (here == null || there == null) {
      return here == null ? there : here;
    }
    return settling instanceof Greatest && compare(there, here) > 0 ? there : here;
  }

  @SuppressWarnings("unchecked") // Both are values of one column.
  private static int compare(Object some, Object other) {
    return ((Comparable<Object>) some).compareTo(other);
  }

  /** Who wins a cell, by the name of its column; of answers only. */
  Map<String, Side> winners() {
    Map<String, Side> winners = new TreeMap<>();
    columns.forEach((name, settling) -> winners.put(name, ((Winner) settling).side()));
    return winners;
  }
}
