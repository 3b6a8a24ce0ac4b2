package dev.varve.engine.diff;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.object.ObjectId;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Rows of diffs that were read lately, within a bound of memory, so that somebody who turns pages
 * does not have the tables compared for each. Safe for use by many threads.
 *
 * <p>The first page is compared for itself. Who asks for a later one is likely to ask for more: a
 * {@linkplain #WINDOW_ROWS window} of rows behind it is kept, and pages within are cut from it.
 * Diffs are told by the states of the table, so one cache serves any number of repositories and
 * nothing in it is ever stale; whoever asks has read those states from a tree.
 */
public final class RowDiffCache {
  /** How much memory the rows of all windows take by default, about. */
  public static final long DEFAULT_BYTES = 32L << 20;

  /** How many rows a window has at most. */
  static final int WINDOW_ROWS = RowPage.MAX_LIMIT;

  /** How many bytes of rows a window has, about, unless one page needs more. */
  static final int WINDOW_BYTES = 4 << 20;

  private static final int ENTRY_BYTES = 200;
  private static final int ROW_BYTES = 100;

  private final Cache<States, Window> cache;

  /**
   * @param bytes how much memory all rows may take together, about
   */
  public RowDiffCache(long bytes) {
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .recordStats()
            .executor(Runnable::run)
            .weigher((States states, Window window) -> window.bytes())
            .build();
  }

  /** The values of a table before and after; empty where it is not there. */
  record States(Optional<ObjectId> before, Optional<ObjectId> after) {}

  /**
   * Rows from an offset on.
   *
   * @param diff its rows are those of the window
   */
  private record Window(long offset, RowDiff diff) {
    boolean holds(RowPage page) {
      long end = offset + diff.rows().size();
      return page.offset() >= offset
          && (end >= diff.total() || page.offset() + page.limit() <= end);
    }

    RowDiff cut(RowPage page) {
      List<RowChange> rows = diff.rows();
      int from = (int) Math.min(page.offset() - offset, rows.size());
      int to = (int) Math.min((long) from + page.limit(), rows.size());
      return diff.withRows(rows.subList(from, to));
    }

    int bytes() {
      return (int)
          Math.min(
              Integer.MAX_VALUE,
              ENTRY_BYTES + diff.rows().stream().mapToLong(row -> ROW_BYTES + row.length()).sum());
    }
  }

  /**
   * A page of a diff.
   *
   * @param compare makes the diff with the rows from the page's offset on: at least those of the
   *     page, and more up to the limit that it is given
   */
  RowDiff get(States states, RowPage page, BiFunction<RowPage, Integer, RowDiff> compare) {
    Window known = cache.getIfPresent(states);
    if (known == null || !known.holds(page)) {
      int rows = page.offset() == 0 ? page.limit() : Math.max(page.limit(), WINDOW_ROWS);
      known = new Window(page.offset(), compare.apply(page, rows));
      cache.put(states, known);
    }
    return known.cut(page);
  }

  /** What it did since the start; the weight is in bytes. */
  public CacheStatistics statistics() {
    return CacheStatistics.of(cache);
  }
}
