package dev.varve.engine.merge.rows;

import static java.util.Objects.requireNonNull;

/**
 * A rule that computes a cell from the row on the three sides.
 *
 * @param sql a checked expression over the structs {@code base}, {@code ours} and {@code theirs};
 *     base is null if both sides added the row
 * @param text what the user wrote
 */
public record CellRule(String sql, String text) implements CellStrategy {
  public CellRule {
    requireNonNull(sql);
    requireNonNull(text);
  }
}
