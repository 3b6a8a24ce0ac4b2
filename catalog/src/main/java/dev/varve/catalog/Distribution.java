package dev.varve.catalog;

import java.util.List;

/**
 * How often a measure fell into which range, since the start.
 *
 * @param upperBounds the ranges' inclusive upper bounds, ascending; the last range has none
 * @param counts one more than there are bounds
 * @param sum of all that was measured
 */
public record Distribution(List<Long> upperBounds, List<Long> counts, long sum) {
  public Distribution {
    upperBounds = List.copyOf(upperBounds);
    counts = List.copyOf(counts);
  }
}
