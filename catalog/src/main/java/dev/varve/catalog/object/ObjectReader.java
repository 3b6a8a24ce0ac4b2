package dev.varve.catalog.object;

/** Where immutable objects are read from: the store, or a write in progress on top of it. */
@FunctionalInterface
public interface ObjectReader {
  /**
   * Loads the canonical bytes of an object, verified against its id.
   *
   * @throws dev.varve.catalog.error.VarveException if the object is missing or damaged
   */
  byte[] load(ObjectId id);
}
