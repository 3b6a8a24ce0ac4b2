package dev.varve.engine.merge.rows;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Finds those of many ranges that overlap with one.
 *
 * <p>An interval tree without pointers: the ranges in the order of their lower bounds, where the
 * middle of any part is the root of a subtree and knows which range of that part reaches highest.
 */
final class KeyRangeIndex {
  private final Comparator<Object> order;
  private final List<KeyRange> ranges;

  /** The places of the ranges, by their lower bounds, unknown ones first. */
  private final int[] byLower;

  /** Of the part whose middle an index is, a range with the highest upper bound, or no bound. */
  private final KeyRange[] highest;

  KeyRangeIndex(List<KeyRange> ranges, Comparator<Object> order) {
    this.order = order;
    this.ranges = ranges;
    this.byLower =
        IntStream.range(0, ranges.size())
            .boxed()
            .sorted(Comparator.comparing(place -> ranges.get(place).lower(), this::compareLower))
            .mapToInt(place -> place)
            .toArray();
    this.highest = new KeyRange[byLower.length];
    if (byLower.length > 0) {
      climb(0, byLower.length);
    }
  }

  /**
   * Whether there is a range that overlaps and passes. O(log n), and as many tests as fail.
   *
   * @param passes tests the place of a range in the list that this was made of
   */
  boolean anyOverlapping(KeyRange range, IntPredicate passes) {
    return anyOverlapping(range, passes, 0, byLower.length);
  }

  /** How many pairs of one of these and one of {@code others} overlap. O((n + m) log n). */
  long overlappingPairs(Collection<KeyRange> others) {
    List<Object> lowers = bounds(KeyRange::lower);
    List<Object> uppers = bounds(KeyRange::upper);
    long pairs = 0;
    for (KeyRange other : others) {
      long below = other.lower().map(it -> countBelow(uppers, it, false)).orElse(0);
      long notAbove = other.upper().map(it -> countBelow(lowers, it, true)).orElse(lowers.size());
      pairs += ranges.size() - below - (lowers.size() - notAbove);
    }
    return pairs;
  }

  private List<Object> bounds(Function<KeyRange, Optional<Object>> bound) {
    return ranges.stream().map(bound).flatMap(Optional::stream).sorted(order).toList();
  }

  /** How many of the sorted values are less than {@code limit}, or equal to it if that counts. */
  private int countBelow(List<Object> sorted, Object limit, boolean orEqual) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int compared = order.compare(sorted.get(middle), limit);
      if (compared < 0 || (orEqual && compared == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private boolean anyOverlapping(KeyRange range, IntPredicate passes, int from, int to) {
    if (from == to) {
      return false;
    }
    int middle = (from + to) >>> 1;
    if (highest[middle].isBelow(range, order)) {
      return false;
    }
    if (anyOverlapping(range, passes, from, middle)) {
      return true;
    }
    KeyRange here = ranges.get(byLower[middle]);
    if (range.isBelow(here, order)) {
      return false; // and below all that follow, whose lower bounds are higher
    }
    return (!here.isBelow(range, order) && passes.test(byLower[middle]))
        || anyOverlapping(range, passes, middle + 1, to);
  }

  private KeyRange climb(int from, int to) {
    int middle = (from + to) >>> 1;
    KeyRange top = ranges.get(byLower[middle]);
    if (from < middle) {
      top = higher(top, climb(from, middle));
    }
    if (middle + 1 < to) {
      top = higher(top, climb(middle + 1, to));
    }
    highest[middle] = top;
    return top;
  }

  private KeyRange higher(KeyRange one, KeyRange other) {
    if (one.upper().isEmpty() || other.upper().isEmpty()) {
      return one.upper().isEmpty() ? one : other;
    }
    return order.compare(one.upper().get(), other.upper().get()) >= 0 ? one : other;
  }

  private int compareLower(Optional<Object> one, Optional<Object> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return Boolean.compare(one.isPresent(), other.isPresent());
    }
    return order.compare(one.get(), other.get());
  }
}
