package dev.varve.engine.ingest;

/**
 * How far an ingest is.
 *
 * @param phase what it does now
 * @param bytes how much was received, or, once files are written, how much they hold
 * @param rows while files are written, how many rows are done, if the number of all is known; then
 *     how many were written
 * @param percent how far the statement that runs is, 0 to 100
 */
public record IngestProgress(Phase phase, long bytes, long rows, double percent) {
  IngestProgress(Phase phase, long bytes, long rows) {
    this(phase, bytes, rows, 0);
  }

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
