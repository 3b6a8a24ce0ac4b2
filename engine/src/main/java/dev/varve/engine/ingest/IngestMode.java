package dev.varve.engine.ingest;

/** What becomes of the rows that a table has already. */
public enum IngestMode {
  /** There must be none: the table must not exist. */
  CREATE,
  /** They stay. In a table with a key, a new row must not have the key of an old one. */
  APPEND,
  /** They go. */
  OVERWRITE,
  /**
   * A new row takes the place of the old one with the same key, but for the columns that the file
   * does not have; the others stay.
   */
  UPSERT
}
