package dev.varve.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.OptionalLong;

/**
 * What a cache did since the start, and what it holds now.
 *
 * @param evictions entries that made room for others, where the cache counts them
 * @param entries how many it holds, where it knows
 * @param weight what its entries weigh: bytes, about, or what its bound counts
 * @param bound what they may weigh at the most
 */
public record CacheStatistics(
    long hits, long misses, OptionalLong evictions, OptionalLong entries, long weight, long bound) {

  /** Of a cache that knows all of it. */
  public CacheStatistics(
      long hits, long misses, long evictions, long entries, long weight, long bound) {
    this(hits, misses, OptionalLong.of(evictions), OptionalLong.of(entries), weight, bound);
  }

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

  /** The part of lookups that the cache answered, from 0 to 1; 0 if there was none. */
  public double hitRate() {
    long lookups = hits + misses;
    return lookups == 0 ? 0 : (double) hits / lookups;
  }
}
