package dev.varve.engine.merge.rows;

import dev.varve.engine.diff.RowPage;
import dev.varve.engine.sql.DuckSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of the differing files, compared in a session. What is to be done is left in two
 * relations there, in terms of ours.
 */
interface ComparedRows {
  /** Keys that do not tell one row from another, of the first state that has such. */
  Optional<RowMergeResult.UnclearKeys> unclear();

  /** How many conflicts there are, in how many rows, and a page of them. */
  RowConflicts conflicts(RowPage page);

  /**
   * A query for all cells and rows in conflict, those that were resolved included: {@code key} (a
   * struct, with a key only), {@code cell} (null for a whole row), {@code kind}, the rows {@code
   * base}, {@code ours} and {@code theirs} as structs, and what was said of it, {@code take} and
   * {@code value}. Only to be asked for if there are conflicts.
   */
  String conflictRows();

  /** How many rows theirs changed. */
  long rowsChanged();

  /** How many rows {@link #come}. */
  long rowsComing();

  /**
   * A query for the rows of ours that go, each once, as {@code file}, the number of its file in the
   * relation, and {@code pos}.
   */
  String gone();

  /** A query for the rows that come, in the columns of the table. */
  String come();

  /** The rows of three states as relations of a session, named as in SQL. */
  record Relations(
      String lostByTheirs,
      String theirsNew,
      String lostByOurs,
      String oursNew,
      String lost,
      String oursAffected) {}

  /** Reads one number. */
  static long number(DuckSession session, String sql) {
    return session.query(sql, row -> row.next() ? row.getLong(1) : 0L);
  }

  /** Reads a column of texts. */
  static List<String> texts(DuckSession session, String sql) {
    return session.query(
        sql,
        rows -> {
          List<String> texts = new ArrayList<>();
          while (rows.next()) {
            texts.add(rows.getString(1));
          }
          return texts;
        });
  }
}
