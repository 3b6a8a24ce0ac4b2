package dev.varve.spark;

import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A three-way comparison of rows: what of ours goes, what comes, and what is in conflict. The rules
 * are those of {@code docs/decisions/merging-rows.md}.
 */
interface ComparedRows extends AutoCloseable {
  /** The column of a row's data file, and the one of its position in that. */
  String FILE = "_file";

  String POSITION = "_pos";

  /** A sentence on rows that cannot be told apart; if there are any, nothing else is known. */
  Optional<String> unclear();

  /**
   * All cells and rows in conflict, those that were resolved included: {@code key} (a struct, with
   * a key only), {@code cell} (null for a whole row), {@code kind}, the rows {@code base}, {@code
   * ours} and {@code theirs} as structs, and what was said of it, {@code take} and {@code value}.
   * Without a key the rows of the sides are not known, and left out.
   */
  Dataset<Row> conflicts();

  /** How many rows theirs added, changed or removed. */
  long changed();

  /** The rows of ours that go, as {@value #FILE} and {@value #POSITION}. */
  Dataset<Row> gone();

  /** The rows that come, in the columns of the merged table. */
  Dataset<Row> come();

  /** Gives back what was kept in memory. */
  @Override
  void close();
}
