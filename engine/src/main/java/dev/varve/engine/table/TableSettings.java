package dev.varve.engine.table;

/**
 * Limits of the tables part.
 *
 * @param metadataCacheBytes how much table metadata to keep parsed, over all repositories together:
 *     its JSON, and the manifest lists that its readers leave in it
 */
public record TableSettings(long metadataCacheBytes, ForeignFiles foreignFiles) {
  private static final long DEFAULT_CACHE_BYTES = 64L << 20;

  public TableSettings {
    if (metadataCacheBytes < 0) {
      throw new IllegalArgumentException("metadataCacheBytes is negative: " + metadataCacheBytes);
    }
  }

  public static TableSettings defaults() {
    return new TableSettings(DEFAULT_CACHE_BYTES, ForeignFiles.REFUSED);
  }
}
