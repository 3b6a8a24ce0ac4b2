package dev.varve.engine.merge;

import dev.varve.engine.merge.rows.RowWork;
import java.util.Optional;

/** Tells whether a side wrote to a column of one table that the other side dropped. */
interface ColumnWrites {
  /** Nobody wrote to any. */
  ColumnWrites NONE = (side, column) -> 0;

  /**
   * How many rows of base have another value in a column on a side.
   *
   * @param side ours or theirs
   * @param column the field id of a column that base and the side have
   */
  long rows(Winner side, int column);

  /** What was read to tell so; empty if nothing was. */
  default Optional<RowWork> work() {
    return Optional.empty();
  }
}
