package dev.varve.benchmarks.merge;

import java.util.Locale;
import java.util.TreeMap;

/**
 * Which rows the sides of a merge change.
 *
 * @param percent how many of all, more than 0 and at most 100
 * @param spread where they lie
 * @param rows how many the table has
 */
record Change(double percent, Spread spread, long rows) {
  /** Where changed rows lie in the order of the key, which is that of the files. */
  enum Spread {
    /** At the beginning: few files hold them. */
    ADJACENT,
    /** Evenly: every file holds some. */
    SCATTERED,
    /** Evenly, and both sides change one column, ours of the rows next to those of theirs. */
    INTERLEAVED;

    /**
     * How many percent of all rows a side can change: every second row if others lie between, so
     * that both sides of {@link #INTERLEAVED} change all rows together.
     */
    double most() {
      return this == ADJACENT ? 100 : 50;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How many rows each side changes. */
  long count() {
    return spread == Spread.ADJACENT
        ? Math.max(1, Math.round(rows * percent / 100))
        : (rows + step() - 1) / step();
  }

  private long step() {
    return Math.max(1, Math.round(100 / percent));
  }

  /** The condition on the key {@code range} in SQL that theirs changes a row. */
  String theirs() {
    return spread == Spread.ADJACENT ? "range < " + count() : "range % " + step() + " = 0";
  }

  /** The same of ours. */
  String ours() {
    return spread == Spread.INTERLEAVED ? "range % " + step() + " = 1" : theirs();
  }

  /** Whether both sides change the column {@code b}; else ours changes {@code a}. */
  boolean isOfOneColumn() {
    return spread == Spread.INTERLEAVED;
  }

  /** How many of some files of equal size, from the first on, hold changed rows. */
  int files(int all) {
    return spread == Spread.ADJACENT ? (int) ((count() * all + rows - 1) / rows) : all;
  }

  /** A name for branches and directories. */
  String label() {
    return spread.word() + "-" + percent;
  }

  TreeMap<String, String> parameters() {
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("changed", spread.word());
    parameters.put("percent", Double.toString(percent));
    parameters.put("rows", Long.toString(rows));
    return parameters;
  }
}
