package dev.varve.engine.merge.rows;

import java.util.List;

/**
 * A page of the conflicts in the rows of one table, in the order of keys and columns.
 *
 * @param count how many there are in all
 * @param rows how many rows they lie in
 */
public record RowConflicts(long count, long rows, List<RowConflict> page) {
  public RowConflicts {
    page = List.copyOf(page);
  }
}
