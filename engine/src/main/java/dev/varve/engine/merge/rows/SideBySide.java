package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.TableRelation;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pairs of files that are read row by row, base's beside theirs'. DuckDB does so on one thread, so
 * that several of these are read at once.
 *
 * @param base the view of base's files, and {@code theirs} that of theirs, in the order of the
 *     pairs
 */
record SideBySide(List<FilePair> pairs, String base, String theirs) {
  /** The number of a row's pair among {@link #pairs}, as base has it. */
  static final String PAIR = "b_file";

  /** A row's position in base's file. */
  static final String POSITION = "b_pos";

  /** The condition that two rows stand at the same place of a pair. */
  static final String TOGETHER = "(b_pos = t_pos AND b_file = t_file)";

  /**
   * Shares pairs out among the threads of the session.
   *
   * @param base the state that base's files are of, and {@code theirs} that of theirs
   */
  static List<SideBySide> of(
      StateViews views, List<FilePair> pairs, StateFiles base, StateFiles theirs) {
    return shares(views.session(), pairs).stream()
        .map(
            some ->
                new SideBySide(
                    some,
                    views.of(views.positioned(base.with(some, FilePair::base))),
                    views.of(views.positioned(theirs.with(some, FilePair::side)))))
        .toList();
  }

  /** Shares out what is to be read among the threads of a session. */
  static <T> List<List<T>> shares(DuckSession session, List<T> all) {
    if (all.isEmpty()) {
      return List.of();
    }
    int threads =
        (int)
            Math.min(all.size(), ComparedRows.number(session, "SELECT current_setting('threads')"));
    return IntStream.range(0, threads)
        .mapToObj(at -> all.subList(at * all.size() / threads, (at + 1) * all.size() / threads))
        .toList();
  }

  /**
   * The rows of both, with the columns that are asked for and those that {@link #PAIR}, {@link
   * #POSITION} and {@link #TOGETHER} name.
   */
  String join(String ofBase, String ofTheirs) {
    return """
        (SELECT %1$s, %2$s AS b_pos, %3$s AS b_file FROM %4$s)
        POSITIONAL JOIN (SELECT %5$s, %2$s AS t_pos, %3$s AS t_file FROM %6$s)"""
        .formatted(
            ofBase, TableRelation.POSITION, TableRelation.FILE_INDEX, base, ofTheirs, theirs);
  }
}
