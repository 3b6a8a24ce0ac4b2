package dev.varve.catalog.store;

import java.util.Locale;

/**
 * The key spaces of a store, by role. Keys begin with the repository's number but in {@code META}.
 */
public enum Space {
  /** The store's format version, and the repositories by name. */
  META,
  /** Immutable objects by id. */
  OBJECTS,
  /** The ids of all commits, to find them by prefix. */
  COMMITS,
  /** Heads of branches by name. */
  BRANCHES,
  /** Tags by name. */
  TAGS,
  /** Names of refs in lower case, so that no two differ in case alone. */
  REF_NAMES,
  /** Reflog entries by ref and number, and the next number of each ref. */
  REFLOG,
  /** High-water marks by content id and name. */
  COUNTERS;

  /** The name on disk; it never changes. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
