package dev.varve.engine.merge;

import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.Side;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a merge settles conflicts between rows, and which of those that remain it lists.
 *
 * <p>A name is that of a table, such as {@code sales.orders}, or of a column of one, such as {@code
 * sales.orders.price}. The most precise one counts: a column's rule or strategy, its table's rule
 * for cells and its strategy for rows that one side removed, the strategy of the merge. A column
 * has one of them, and is not of the row key.
 *
 * @param strategy who wins where nothing more precise is said
 * @param strategies who wins, by the name of a table or column
 * @param rules by the name of a column, SQL expressions over the structs {@code base}, {@code ours}
 *     and {@code theirs} that compute a cell which both sides changed differently; by the name of a
 *     table, such that say who wins these cells of a row, {@code 'ours'} or {@code 'theirs'}
 * @param page which conflicts of each table to list
 * @param rowLimit how many bytes of a table's files to compare here, at most: rows of a table with
 *     more are left to another engine; as the lake is set if empty
 * @param kept where all conflicts between rows are kept, and what was said of earlier ones
 */
public record ConflictOptions(
    Side strategy,
    SortedMap<String, Side> strategies,
    SortedMap<String, String> rules,
    RowPage page,
    OptionalLong rowLimit,
    Optional<ConflictFiles> kept) {
  /** Conflicts are told, the first 20 of each table. */
  public static final ConflictOptions NONE =
      new ConflictOptions(Side.FAIL, new TreeMap<>(), new TreeMap<>(), RowPage.first(20));

  /** Conflicts are listed and not kept. */
  public ConflictOptions(
      Side strategy,
      SortedMap<String, Side> strategies,
      SortedMap<String, String> rules,
      RowPage page) {
    this(strategy, strategies, rules, page, OptionalLong.empty(), Optional.empty());
  }

  /** The same, with another limit. */
  public ConflictOptions withRowLimit(OptionalLong limit) {
    return new ConflictOptions(strategy, strategies, rules, page, limit, kept);
  }

  /** The same, with conflicts kept. */
  public ConflictOptions keptIn(ConflictFiles files) {
    return new ConflictOptions(strategy, strategies, rules, page, rowLimit, Optional.of(files));
  }

  /** The same, with more strategies by the names of tables. */
  public ConflictOptions with(Map<String, Side> more) {
    SortedMap<String, Side> all = new TreeMap<>(strategies);
    all.putAll(more);
    return new ConflictOptions(strategy, all, rules, page, rowLimit, kept);
  }

  public ConflictOptions {
    strategies = new TreeMap<>(strategies);
    rules = new TreeMap<>(rules);
  }
}
