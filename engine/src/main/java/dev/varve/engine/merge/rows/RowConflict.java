package dev.varve.engine.merge.rows;

import java.util.Optional;

/**
 * One cell or row on which the sides disagree. Values are JSON texts; numbers that are no numbers,
 * such as NaN, are texts in it.
 *
 * @param key the row key as a JSON object; empty for a table without one
 * @param column the column, or empty if the whole row is meant
 * @param base the value or row in base; empty if base has no such row
 * @param ours the same of ours, and {@code theirs} of theirs
 */
public record RowConflict(
    Kind kind,
    Optional<String> key,
    Optional<String> column,
    Optional<String> base,
    Optional<String> ours,
    Optional<String> theirs) {
  /** What the sides did. */
  public enum Kind {
    /** Both changed a cell, to different values. */
    CHANGED_ON_BOTH_SIDES,
    /** Both added a row of one key, with different values in a cell. */
    ADDED_ON_BOTH_SIDES,
    /** Ours removed the row and theirs changed it. */
    REMOVED_IN_OURS,
    /** Theirs removed the row and ours changed it. */
    REMOVED_IN_THEIRS,
    /**
     * Without a key: both removed the row, and rows were added that may be what became of it. The
     * row is given as base.
     */
    REMOVED_ON_BOTH_SIDES
  }
}
