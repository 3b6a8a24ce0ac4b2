package dev.varve.catalog;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a catalog did since it was opened, over all its repositories.
 *
 * @param writeMicros how long commits, merges and changes of refs took their callers, by outcome
 * @param commitsPerSync how many commits one synced write made durable
 * @param syncMicros how long synced writes took
 * @param queued writes that wait to be applied
 * @param nodes the cache of tree nodes
 * @param commits the cache of commits
 * @param blocks the cache of blocks of the store's files, which knows no single entries; empty if
 *     the store has none
 * @param store figures of the store in bytes, by name; empty if it knows none
 */
public record CatalogStatistics(
    SortedMap<Outcome, Distribution> writeMicros,
    Distribution commitsPerSync,
    Distribution syncMicros,
    long queued,
    CacheStatistics nodes,
    CacheStatistics commits,
    Optional<CacheStatistics> blocks,
    SortedMap<String, Long> store) {
  /** What became of a write. */
  public enum Outcome {
    /** It is durable. */
    COMMITTED,
    /** Something else was there than it expected; nothing was written. */
    CONFLICT,
    /** Too many others were waiting; nothing was written. */
    BUSY,
    /** Anything else: refused, or failed. */
    FAILED
  }

  public CatalogStatistics {
    writeMicros = sorted(writeMicros);
    store = sorted(store);
  }

  private static <K, V> SortedMap<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
