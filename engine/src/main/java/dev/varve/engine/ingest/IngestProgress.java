package dev.varve.engine.ingest;

/**
 * How far an ingest is.
 *
 * @param phase what it does now
 * @param bytes how much was received, or, once files are written, how much they hold
 * @param rows how many rows were written so far; 0 until that is known
 */
public record IngestProgress(Phase phase, long bytes, long rows) {
  /** The steps of an ingest, in order. */
  public enum Phase {
    /** The stream is stored on disk. */
    RECEIVE,
    /** The file's columns and types are found out. */
    INSPECT,
    /** Data files are written. */
    WRITE,
    /** The files are committed. */
    COMMIT,
    DONE
  }
}
