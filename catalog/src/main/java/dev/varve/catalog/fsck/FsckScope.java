package dev.varve.catalog.fsck;

/** What a check looks at. */
public enum FsckScope {
  /** All that branches, tags and reflogs lead to. */
  REACHABLE,
  /** All other objects of the store too, which are told of and harm nothing. */
  EVERYTHING
}
