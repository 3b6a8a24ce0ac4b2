package dev.varve.engine.merge.rows;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import java.util.function.Function;

/**
 * Joins by key whose rows may be too many for memory.
 *
 * <p>DuckDB spills the sides of a join, but each of its threads needs room for a part of both, and
 * where rows are wide that alone can exceed its memory. Then the join is made again in several
 * passes, each over the keys of some hashes; the files are read once for each.
 */
final class Passes {
  private static final int MORE = 8;
  private static final int MOST = 512;

  private final DuckSession session;
  private int count = 1;

  Passes(DuckSession session) {
    this.session = session;
  }

  /**
   * Some of all keys; each key is in one pass.
   *
   * @param number from 0
   */
  record Pass(int number, int count) {
    /**
     * The condition that a row is in this pass.
     *
     * @param key the values of the key, separated by commas
     */
    String holds(String key) {
      return count == 1 ? "true" : "hash(%s) %% %d = %d".formatted(key, count, number);
    }
  }

  /**
   * Makes a temporary table of the rows of all passes.
   *
   * @throws VarveException if the query fails, also with many passes
   */
  void create(String table, Function<Pass, String> query) {
    while (!created(table, query)) {
      count *= MORE;
    }
  }

  private boolean created(String table, Function<Pass, String> query) {
    try {
      for (int number = 0; number < count; number++) {
        String rows = query.apply(new Pass(number, count));
        session.execute(
            number == 0
                ? "CREATE OR REPLACE TEMP TABLE " + table + " AS " + rows
                : "INSERT INTO " + table + " " + rows);
      }
      return true;
    } catch (VarveException e) {
      if (e.code() == ErrorCode.OUT_OF_MEMORY && count < MOST) {
        return false;
      }
      throw e;
    }
  }
}
