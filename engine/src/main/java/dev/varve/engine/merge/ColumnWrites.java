package dev.varve.engine.merge;

import dev.varve.engine.merge.rows.RowWork;
import java.util.Optional;

/** Tells what a side wrote to columns of one table that one side dropped. */
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

  /**
   * Whether files that a side added hold a column, which the side need not have any more.
   *
   * @param side ours or theirs
   */
  default boolean holds(Winner side, int column) {
    return false;
  }

  /** What was read to tell so; empty if nothing was. */
  default Optional<RowWork> work() {
    return Optional.empty();
  }
}
