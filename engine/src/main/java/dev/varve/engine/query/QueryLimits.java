package dev.varve.engine.query;

import java.time.Duration;

/**
 * What one query may use.
 *
 * @param timeout from its start until its last row is read
 * @param maxRows how many rows it gives at most; the result says when there were more
 * @param memoryBytes for DuckDB; what needs more spills to disk, and fails if it cannot
 */
public record QueryLimits(Duration timeout, long maxRows, long memoryBytes) {
  public QueryLimits {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("the timeout must be longer than nothing: " + timeout);
    }
    if (maxRows < 0) {
      throw new IllegalArgumentException("the row limit must not be negative: " + maxRows);
    }
  }

  /** Five minutes, any number of rows, and the memory that DuckDB's settings give each query. */
  public static QueryLimits defaults() {
    return new QueryLimits(Duration.ofMinutes(5), Long.MAX_VALUE, Long.MAX_VALUE);
  }

  public QueryLimits withTimeout(Duration other) {
    return new QueryLimits(other, maxRows, memoryBytes);
  }

  public QueryLimits withMaxRows(long other) {
    return new QueryLimits(timeout, other, memoryBytes);
  }
}
