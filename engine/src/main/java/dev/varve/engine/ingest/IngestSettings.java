package dev.varve.engine.ingest;

import java.nio.file.Path;

/**
 * The bounds of ingest.
 *
 * @param spool the directory for streams that are being received; made when first needed
 * @param maxBytes the largest file that is taken
 */
public record IngestSettings(Path spool, long maxBytes) {
  private static final long GIBIBYTE = 1L << 30;

  public IngestSettings {
    spool = spool.toAbsolutePath().normalize();
    if (maxBytes < 1) {
      throw new IllegalArgumentException("setting 'ingest.max-bytes' must be at least 1");
    }
  }

  /** Files of up to 64 GiB. */
  public static IngestSettings defaults(Path spool) {
    return new IngestSettings(spool, 64 * GIBIBYTE);
  }
}
