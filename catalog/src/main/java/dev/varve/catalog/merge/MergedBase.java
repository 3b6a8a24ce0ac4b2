package dev.varve.catalog.merge;

import dev.varve.catalog.tree.ContentId;
import java.util.Set;

/**
 * What two sides are compared to.
 *
 * @param unsettled the contents that several bases could not be merged on; what {@code side} has of
 *     them means nothing
 */
record MergedBase(Side side, Set<ContentId> unsettled) {
  MergedBase {
    unsettled = Set.copyOf(unsettled);
  }
}
