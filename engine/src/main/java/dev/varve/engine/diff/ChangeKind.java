package dev.varve.engine.diff;

/** What happened to a table or a namespace between two commits. */
public enum ChangeKind {
  /** It is new. */
  ADDED,
  /** It is gone. */
  REMOVED,
  /** It has its name still, and something in it changed. */
  CHANGED,
  /** It has another name; something in it may have changed as well. */
  RENAMED
}
