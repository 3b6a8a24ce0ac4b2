package dev.varve.engine.history;

import dev.varve.catalog.history.Commit;
import dev.varve.engine.diff.ChangeKind;
import java.util.List;
import java.util.Optional;

/**
 * A commit that changed the row of one key, seen from its first parent.
 *
 * @param columns the columns that changed; all if the row was added or removed
 * @param before the row as a JSON object; empty if it was added
 * @param after likewise; empty if it was removed
 */
public record RowCommit(
    Commit commit, List<String> columns, Optional<String> before, Optional<String> after) {
  public RowCommit {
    columns = List.copyOf(columns);
  }

  /** What happened to the row. */
  public ChangeKind kind() {
    return before.isEmpty()
        ? ChangeKind.ADDED
        : after.isEmpty() ? ChangeKind.REMOVED : ChangeKind.CHANGED;
  }
}
