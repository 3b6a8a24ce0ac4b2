package dev.varve.engine.diff;

import java.util.Optional;

/**
 * One row that differs. An added row has no before, a removed one no after; a row that changed
 * under the same row key has both.
 *
 * @param before the row as a JSON object, its columns in the table's order
 * @param after likewise
 */
public record RowChange(Optional<String> before, Optional<String> after) {
  public RowChange {
    if (before.isEmpty() && after.isEmpty()) {
      throw new IllegalArgumentException("a changed row is there before or after");
    }
  }

  /** How long both texts are together, in characters. */
  int length() {
    return before.map(String::length).orElse(0) + after.map(String::length).orElse(0);
  }

  public ChangeKind kind() {
    return before.isEmpty()
        ? ChangeKind.ADDED
        : after.isEmpty() ? ChangeKind.REMOVED : ChangeKind.CHANGED;
  }
}
