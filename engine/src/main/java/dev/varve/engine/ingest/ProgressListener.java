package dev.varve.engine.ingest;

/** Hears how an ingest gets on. Never called by two threads at a time; should return soon. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = progress -> {};

  void progress(IngestProgress progress);
}
