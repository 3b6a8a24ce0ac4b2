package dev.varve.engine.merge;

/** Who wins where both sides changed one thing of a table's metadata, or of a whole key. */
public enum Winner {
  OURS,
  THEIRS,
  /** What it was before. */
  BASE,
  /** What somebody gives, such as another name. */
  VALUE
}
