package dev.varve.engine.merge.rows;

import java.util.Comparator;
import java.util.Optional;

/**
 * The values that a file may hold in one column.
 *
 * @param lower the lowest, itself included; empty if it is not known
 * @param upper the highest
 */
record KeyRange(Optional<Object> lower, Optional<Object> upper) {

  /** A range whose bounds contradict one another says nothing. */
  static KeyRange of(Optional<Object> lower, Optional<Object> upper, Comparator<Object> order) {
    KeyRange range = new KeyRange(lower, upper);
    return range.isBelow(range, order) ? new KeyRange(Optional.empty(), Optional.empty()) : range;
  }

  boolean overlaps(KeyRange other, Comparator<Object> order) {
    return !isBelow(other, order) && !other.isBelow(this, order);
  }

  /** Whether all of this is known to lie below all of {@code other}. */
  boolean isBelow(KeyRange other, Comparator<Object> order) {
    return upper.isPresent()
        && other.lower.isPresent()
        && order.compare(upper.get(), other.lower.get()) < 0;
  }
}
