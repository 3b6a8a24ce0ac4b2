package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Key;
import java.util.Optional;

/**
 * What somebody said of a conflict of keys.
 *
 * @param key where the content is to be; present with {@link Kind#KEY} alone
 */
public record KeyAnswer(Kind kind, Optional<Key> key) {
  /** It is to be as our side has it. */
  public static final KeyAnswer OURS = new KeyAnswer(Kind.OURS, Optional.empty());

  /** It is to be as their side has it. */
  public static final KeyAnswer THEIRS = new KeyAnswer(Kind.THEIRS, Optional.empty());

  /** The ways to answer. */
  public enum Kind {
    OURS,
    THEIRS,
    /** By a key: the renamed content gets it, or what their side has if two want one key. */
    KEY
  }

  /** The content is to be at a key, which neither side may have chosen. */
  public static KeyAnswer at(Key key) {
    return new KeyAnswer(Kind.KEY, Optional.of(key));
  }
}
