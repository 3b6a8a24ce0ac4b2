package dev.varve.engine.merge;

/** The cheapest level that decided how a table merges exactly. */
public enum MergeLevel {
  /** One side is unchanged: the other side's state is the result. Nothing was read. */
  POINTER,
  /** Only metadata of both sides was combined; the files are one side's. */
  METADATA,
  /** The file sets of both sides were combined in one new snapshot; no data was rewritten. */
  FILES,
  /** The rows of the files that differ were compared, and theirs' changes applied to ours. */
  ROWS
}
