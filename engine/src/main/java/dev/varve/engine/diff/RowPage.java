package dev.varve.engine.diff;

/**
 * Which of the differing rows to give.
 *
 * @param offset how many to skip, 0 or more; rows come in one order, so that pages fit together
 * @param limit how many to give, 1 to {@link #MAX_LIMIT}
 */
public record RowPage(long offset, int limit) {
  public static final int MAX_LIMIT = 10_000;

  public RowPage {
    if (offset < 0 || limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "a page has an offset of 0 or more and 1 to %d rows".formatted(MAX_LIMIT));
    }
  }

  public static RowPage first(int limit) {
    return new RowPage(0, limit);
  }
}
