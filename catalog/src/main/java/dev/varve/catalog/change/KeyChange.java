package dev.varve.catalog.change;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.util.Optional;

/**
 * One change of a commit, with what it expects to find. A rename is a {@link Delete} of the old key
 * and a {@link Put} of the same content id at the new one.
 */
public sealed interface KeyChange {
  /** The key that is changed or relied on; a commit names each key at most once. */
  Key key();

  /** What must be at the key when the commit is applied; empty if nothing may be there. */
  Optional<Content> expected();

  /**
   * Puts a value at a key. The arrays are the caller's: they are not changed and must not be.
   *
   * @param value the content's bytes, stored with the commit
   */
  record Put(Key key, Optional<Content> expected, ContentType type, ContentId id, byte[] value)
      implements KeyChange {}

  /** Takes away what is at a key. */
  record Delete(Key key, Content content) implements KeyChange {
    @Override
    public Optional<Content> expected() {
      return Optional.of(content);
    }
  }

  /** Changes nothing, but the commit is refused if the key no longer holds what is expected. */
  record Unchanged(Key key, Optional<Content> expected) implements KeyChange {}
}
