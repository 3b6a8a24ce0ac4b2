package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Key;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What two sides are compared to.
 *
 * @param unsettled the keys at which several bases could not be merged, in order; what {@code side}
 *     has there means nothing
 */
record MergedBase(Side side, Set<Key> unsettled) {
  MergedBase {
    unsettled = Collections.unmodifiableSet(new TreeSet<>(unsettled));
  }
}
