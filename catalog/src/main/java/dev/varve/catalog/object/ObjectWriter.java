package dev.varve.catalog.object;

/** Takes immutable objects on their way to the store. */
@FunctionalInterface
public interface ObjectWriter {
  /** Keeps an object under its id; putting the same object again changes nothing. */
  void put(ObjectId id, byte[] canonicalBytes);

  /** Keeps an object and names it. */
  default ObjectId put(byte[] canonicalBytes) {
    ObjectId id = ObjectId.of(canonicalBytes);
    put(id, canonicalBytes);
    return id;
  }
}
