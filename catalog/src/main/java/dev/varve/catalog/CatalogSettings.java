package dev.varve.catalog;

/**
 * The bounds of a catalog.
 *
 * @param nodeCacheBytes memory for decoded tree nodes, about, of all repositories together
 * @param commitCacheBytes memory for decoded commits, about, of all repositories together
 * @param queuedWrites writes of one repository that may wait; one more is refused as busy
 * @param queuedBytes what these may hold together, about; more is refused as busy
 * @param writeBytes what one write may hold; not above {@code queuedBytes}
 * @param writesPerSync writes that share one synced write to disk, at the most
 */
public record CatalogSettings(
    long nodeCacheBytes,
    long commitCacheBytes,
    int queuedWrites,
    long queuedBytes,
    long writeBytes,
    int writesPerSync) {

  public CatalogSettings {
    if (nodeCacheBytes < 0 || commitCacheBytes < 0 || queuedWrites < 1 || writesPerSync < 1) {
      throw new IllegalArgumentException("a bound of a catalog is negative or leaves no room");
    }
    if (writeBytes < 1 || writeBytes > queuedBytes) {
      throw new IllegalArgumentException(
          "a write may hold %d bytes, but all that wait together %d"
              .formatted(writeBytes, queuedBytes));
    }
  }

  /** Sizes for a server with a heap of about 1 GiB. */
  public static CatalogSettings defaults() {
    return new CatalogSettings(64L << 20, 32L << 20, 1_024, 128L << 20, 64L << 20, 256);
  }

  /** From here on a batch takes no further write: its sync would keep others waiting. */
  long bytesPerSync() {
    return 8L << 20;
  }
}
