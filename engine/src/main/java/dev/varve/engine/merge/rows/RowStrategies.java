package dev.varve.engine.merge.rows;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How conflicts in the rows of one table are settled.
 *
 * @param rows for cells without a strategy of their own; for rows that one side removed and the
 *     other changed; and for a table without a key as a whole
 * @param columns by the name of a top-level column
 */
public record RowStrategies(Side rows, SortedMap<String, CellStrategy> columns) {
  /** Every conflict is told. */
  public static final RowStrategies FAIL = new RowStrategies(Side.FAIL, new TreeMap<>());

  public RowStrategies {
    columns = new TreeMap<>(columns);
  }

  /** Whether a conflict may be settled by cells of theirs beside those that it changed. */
  boolean asksForWholeRows() {
    return rows != Side.FAIL || columns.values().stream().anyMatch(CellRule.class::isInstance);
  }

  /** The strategy for the cells of a column. */
  CellStrategy of(String column) {
    return columns.getOrDefault(column, rows);
  }
}
