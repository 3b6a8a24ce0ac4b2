package dev.varve.catalog.merge;

/** What a merge comes to. */
public enum MergeOutcome {
  /** The branch has all of it already; nothing is written. */
  UP_TO_DATE,
  /** The branch moves to their commit; no commit is made. */
  FAST_FORWARD,
  /** A commit is made. */
  MERGE,
  /** The sides cannot stand together; nothing is written. */
  CONFLICT
}
