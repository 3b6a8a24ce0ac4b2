package dev.varve.catalog.history;

/** Which parents a walk follows. */
public enum Ancestry {
  /** All of them: everything that led to a commit. */
  ALL,
  /** The first of each: what a branch was, one after the other, without the insides of merges. */
  FIRST_PARENT
}
