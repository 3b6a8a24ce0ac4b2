package dev.varve.catalog.ref;

import java.util.Locale;

/** What a ref does when commits are made. */
public enum RefKind {
  /** Moves with each commit that is made on it. */
  BRANCH,
  /** Never moves. */
  TAG;

  /** The word for people and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
