package dev.varve.catalog.store;

import java.util.List;

/** Ordered key-value spaces to read: a store, or what it was at one moment. */
public interface View extends Reads {
  /**
   * The entries from {@code from} (inclusive) up to {@code to} (exclusive), in order and as of one
   * moment: of a write they show all or nothing.
   *
   * @param to at or before {@code from} for an empty range
   * @param limit how many at the most
   */
  List<Store.Pair> scan(Space space, byte[] from, byte[] to, int limit);
}
