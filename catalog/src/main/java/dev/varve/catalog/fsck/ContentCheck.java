package dev.varve.catalog.fsck;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;

/** Checks the bytes of contents, which the catalog does not know. */
@FunctionalInterface
public interface ContentCheck {
  /** Takes all bytes for good. */
  ContentCheck NONE = (key, content, value, store) -> {};

  /**
   * Checks one content; called once for each content id and value, whatever the number of keys and
   * commits that hold it.
   *
   * @param key a key where it is
   * @param value its bytes, whose hash is right
   */
  void check(Key key, Content content, byte[] value, Surroundings store);

  /** What a check may look at and tell. */
  interface Surroundings {
    /** A high-water mark of the content, 0 if it was never raised. */
    long counter(String name);

    /** Something is wrong with the content. */
    void found(Damage damage, String message);
  }
}
