package dev.varve.engine.merge.rows;

import java.util.List;
import java.util.Optional;

/**
 * A page of the conflicts in the rows of one table, in the order of keys and columns.
 *
 * @param count how many there are in all
 * @param rows how many rows they lie in
 * @param bag what the sides did, if rows have no key
 */
public record RowConflicts(
    long count, long rows, List<RowConflict> page, Optional<BagChanges> bag) {
  public RowConflicts {
    page = List.copyOf(page);
  }

  /** Those of rows with a key, or none. */
  RowConflicts(long count, long rows, List<RowConflict> page) {
    this(count, rows, page, Optional.empty());
  }
}
