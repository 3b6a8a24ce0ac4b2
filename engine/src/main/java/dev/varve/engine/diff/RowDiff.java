package dev.varve.engine.diff;

import java.util.List;

/**
 * Rows by which two states of a table differ.
 *
 * <p>Rows of a table with a row key are matched by it; without one they are a bag, where a row
 * counts as often as it is there. Rows are compared in the columns of the later state.
 *
 * @param added how many rows are new in all, {@code removed} and {@code changed} likewise
 * @param columns the columns that differ in changed rows, in the table's order
 * @param rows those of the page
 * @param filesRead how many data files were read to find out
 */
public record RowDiff(
    long added,
    long removed,
    long changed,
    List<ColumnSummary> columns,
    List<RowChange> rows,
    int filesRead) {
  public RowDiff {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** The same with the rows of another page. */
  RowDiff withRows(List<RowChange> page) {
    return new RowDiff(added, removed, changed, columns, page, filesRead);
  }

  /** All differing rows, of all pages. */
  public long total() {
    return added + removed + changed;
  }
}
