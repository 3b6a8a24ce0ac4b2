package dev.varve.catalog.store;

import java.io.Closeable;

/**
 * What a store was at one moment, between two of its writes. Safe for use by many threads; to be
 * closed, for what was overwritten since is kept until then.
 */
public interface Snapshot extends View, Closeable {
  @Override
  void close();
}
