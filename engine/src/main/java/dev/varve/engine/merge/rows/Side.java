package dev.varve.engine.merge.rows;

/** Who wins where both sides changed one thing differently. */
public enum Side implements CellStrategy {
  /** Nobody: it is a conflict. */
  FAIL,
  /** What ours has. */
  OURS,
  /** What theirs has. */
  THEIRS
}
