package dev.varve.catalog.history;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;

/** Reads commits, and keeps those used lately. Safe for use by many threads. */
public final class Commits {
  private final ObjectReader objects;
  private final Cache<ObjectId, Commit> cache;

  private Commits(ObjectReader objects, Cache<ObjectId, Commit> cache) {
    this.objects = objects;
    this.cache = cache;
  }

  /**
   * @param cached how many commits are kept in memory
   */
  public Commits(ObjectReader objects, long cached) {
    this(
        objects,
        Caffeine.newBuilder().maximumSize(cached).executor(Runnable::run).recordStats().build());
  }

  /** The same cache over another source, such as a write in progress. */
  public Commits over(ObjectReader source) {
    return new Commits(source, cache);
  }

  /**
   * The commit of this id.
   *
   * @throws dev.varve.catalog.error.VarveException if there is none or it is damaged
   */
  public Commit load(ObjectId id) {
    Commit cachedCommit = cache.getIfPresent(id);
    if (cachedCommit != null) {
      return cachedCommit;
    }
    Commit commit = Commit.decode(id, objects.load(id, ObjectReader.Kind.COMMIT));
    cache.put(id, commit);
    return commit;
  }

  /** Keeps a commit that is about to be written, for those who will ask for it soon. */
  public void keep(Commit commit) {
    cache.put(commit.id(), commit);
  }

  /** Hits and misses since the start. */
  public CacheStats stats() {
    return cache.stats();
  }

  /** The cache, to be looked at. */
  public Cache<?, ?> cache() {
    return cache;
  }
}
