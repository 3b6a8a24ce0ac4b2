package dev.varve.engine.ingest;

/** Hears how an ingest gets on. Called on the thread that ingests; should return soon. */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing. */
  ProgressListener NONE = progress -> {};

  void progress(IngestProgress progress);
}
