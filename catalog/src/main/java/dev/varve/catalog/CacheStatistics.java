package dev.varve.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.stats.CacheStats;

/**
 * What a cache did since the start, and what it holds now.
 *
 * @param weight what its entries weigh: bytes, about, or what its bound counts
 * @param bound what they may weigh at the most
 */
public record CacheStatistics(
    long hits, long misses, long evictions, long entries, long weight, long bound) {
  private static final CacheStatistics NONE = new CacheStatistics(0, 0, 0, 0, 0, 0);

  /** Reads those of a bounded cache that records them. */
  public static CacheStatistics of(Cache<?, ?> cache) {
    CacheStats stats = cache.stats();
    long entries = cache.estimatedSize();
    Eviction<?, ?> eviction = cache.policy().eviction().orElseThrow();
    return new CacheStatistics(
        stats.hitCount(),
        stats.missCount(),
        stats.evictionCount(),
        entries,
        eviction.weightedSize().orElse(entries),
        eviction.getMaximum());
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
              sum.weight + each.weight,
              sum.bound + each.bound);
    }
    return sum;
  }

  /** The part of lookups that the cache answered, from 0 to 1; 0 if there was none. */
  public double hitRate() {
    long lookups = hits + misses;
    return lookups == 0 ? 0 : (double) hits / lookups;
  }
}
