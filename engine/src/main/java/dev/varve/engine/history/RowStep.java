package dev.varve.engine.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a commit did to the row of one key, seen from one of its parents. Cells are JSON texts in
 * the order of the columns.
 *
 * @param before the row as the parent has it; empty if it has none, or the row did not change
 * @param after the row as the commit has it, likewise
 * @param newColumns the places of columns that the parent does not have
 */
record RowStep(
    Optional<List<String>> before, Optional<List<String>> after, List<Integer> newColumns) {
  /** Nothing about the row changed. */
  static final RowStep SAME = new RowStep(Optional.empty(), Optional.empty(), List.of());

  /** Rows that share a key, which an engine may have written, count as their first. */
  static RowStep of(List<List<String>> before, List<List<String>> after, List<Integer> newColumns) {
    return before.equals(after)
        ? new RowStep(Optional.empty(), Optional.empty(), newColumns)
        : new RowStep(before.stream().findFirst(), after.stream().findFirst(), newColumns);
  }

  /** Whether the row is as it was. */
  boolean isSame() {
    return before.isEmpty() && after.isEmpty();
  }

  /** Whether the commit wrote a cell that the row has after it. */
  boolean wrote(int column) {
    return newColumns.contains(column)
        || (!isSame()
            && (before.isEmpty()
                || after.isEmpty()
                || !before.get().get(column).equals(after.get().get(column))));
  }

  /** The places of the columns that have another value; all if the row came or went. */
  List<Integer> changed() {
    List<Integer> changed = new ArrayList<>();
    int columns = after.or(() -> before).map(List::size).orElse(0);
    for (int at = 0; at < columns; at++) {
      if (wrote(at)) {
        changed.add(at);
      }
    }
    return changed;
  }
}
