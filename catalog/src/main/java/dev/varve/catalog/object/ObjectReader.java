package dev.varve.catalog.object;

import dev.varve.catalog.error.VarveException;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where immutable objects are read from: the store, or a write in progress on top of it. */
@FunctionalInterface
public interface ObjectReader {
  /**
   * Loads the canonical bytes of an object, verified against its id.
   *
   * @throws dev.varve.catalog.error.VarveException if the object is missing or damaged
   */
  byte[] load(ObjectId id);

  /** Loads an object that must be of a kind, which is named if it cannot be read. */
  default byte[] load(ObjectId id, Kind kind) {
    try {
      return load(id);
    } catch (VarveException e) {
      SortedMap<String, String> details = new TreeMap<>(e.details());
      details.put("kind", kind.text());
      throw new VarveException(
          e.code(),
          "cannot read a %s: %s".formatted(kind.text(), e.getMessage()),
          e.hint().orElse(null),
          details,
          e);
    }
  }

  /** What a reader expects of an object. */
  enum Kind {
    COMMIT,
    NODE,
    VALUE;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
