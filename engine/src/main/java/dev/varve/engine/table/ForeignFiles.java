package dev.varve.engine.table;

/**
 * What to do with a commit whose manifests name data files outside the warehouse. They are never
 * read, whatever this says; manifests themselves always lie inside.
 */
public enum ForeignFiles {
  /** The commit is refused. */
  REFUSED,
  /** The commit is taken, for clients whose files this process need not reach. */
  ALLOWED
}
