package dev.varve.catalog.merge;

/** What a merge may make of the branch. */
public enum MergeMode {
  /** Moves the branch forward if it has nothing of its own, else makes a merge commit. */
  FAST_FORWARD_OR_MERGE,
  /** Always makes a merge commit with two parents. */
  NO_FAST_FORWARD,
  /** Moves the branch forward, or fails with {@code not-fast-forward}. */
  FAST_FORWARD_ONLY,
  /** Makes one commit of all changes, without a second parent. */
  SQUASH
}
