package dev.varve.catalog.tree;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.object.ObjectWriter;

/**
 * Reads and writes nodes, and keeps those used lately. Safe for use by many threads.
 *
 * <p>As ids name content, one cache serves readers of the store and a write in progress alike.
 */
public final class Nodes {
  /** What a decoded slot takes in memory, about: its key twice, ids and headers. */
  private static final int SLOT_BYTES = 300;

  private final ObjectReader objects;
  private final Cache<ObjectId, Node> cache;

  private Nodes(ObjectReader objects, Cache<ObjectId, Node> cache) {
    this.objects = objects;
    this.cache = cache;
  }

  /**
   * @param cacheBytes how much memory the decoded nodes may take, about
   */
  public Nodes(ObjectReader objects, long cacheBytes) {
    this(
        objects,
        Caffeine.newBuilder()
            .maximumWeight(cacheBytes)
            .weigher((ObjectId id, Node node) -> 100 + SLOT_BYTES * node.slots().size())
            .executor(Runnable::run)
            .recordStats()
            .build());
  }

  /** The same cache over another source, such as a write in progress. */
  public Nodes over(ObjectReader source) {
    return new Nodes(source, cache);
  }

  /** Hits and misses since the start. */
  public CacheStats stats() {
    return cache.stats();
  }

  Node load(ObjectId id) {
    Node cached = cache.getIfPresent(id);
    if (cached != null) {
      return cached;
    }
    Node node = NodeFormat.decode(objects.load(id, ObjectReader.Kind.NODE));
    cache.put(id, node);
    return node;
  }

  ObjectId write(Node node, ObjectWriter writer) {
    byte[] bytes = NodeFormat.encode(node);
    ObjectId id = writer.put(bytes);
    cache.put(id, node);
    return id;
  }
}
