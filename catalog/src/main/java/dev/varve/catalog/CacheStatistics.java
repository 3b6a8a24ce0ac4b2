package dev.varve.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.stats.CacheStats;

/**
 * What a cache did since the start, and what it holds now.
 *
 * @param weight in what the cache is bounded by: bytes, or entries
 */
public record CacheStatistics(long hits, long misses, long evictions, long entries, long weight) {
  private static final CacheStatistics NONE = new CacheStatistics(0, 0, 0, 0, 0);

  /** Reads those of a bounded cache that records them. */
  public static CacheStatistics of(Cache<?, ?> cache) {
    CacheStats stats = cache.stats();
    long entries = cache.estimatedSize();
    long weight =
        cache.policy().eviction().map(Eviction::weightedSize).orElseThrow().orElse(entries);
    return new CacheStatistics(
        stats.hitCount(), stats.missCount(), stats.evictionCount(), entries, weight);
  }

  /** Those of several caches together. */
  public static CacheStatistics sum(Iterable<CacheStatistics> caches) {
    CacheStatistics sum = NONE;
    for (CacheStatistics each : caches) {
      sum =
          new CacheStatistics(
              sum.hits + each.hits,
              sum.misses + each.misses,
              sum.evictions + each.evictions,
              sum.entries + each.entries,
              sum.weight + each.weight);
    }
    return sum;
  }
}
