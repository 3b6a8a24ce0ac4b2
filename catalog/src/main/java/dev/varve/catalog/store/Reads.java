package dev.varve.catalog.store;

import java.util.Optional;

/** Reads single keys: of a store, or of a write in progress on top of one. */
public interface Reads {
  /** The value at {@code key}. */
  Optional<byte[]> get(Space space, byte[] key);
}
