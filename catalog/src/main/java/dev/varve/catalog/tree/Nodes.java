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

  /** Nodes that are not in the cache yet, or null. */
  private final FreshNodes fresh;

  private Nodes(ObjectReader objects, Cache<ObjectId, Node> cache, FreshNodes fresh) {
    this.objects = objects;
    this.cache = cache;
    this.fresh = fresh;
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
            .build(),
        null);
  }

  /**
   * The same cache over a write in progress, whose nodes are kept apart until they are {@linkplain
   * #publish published}. Only the writer may use what this returns.
   */
  public Nodes over(ObjectReader source, FreshNodes written) {
    return new Nodes(source, cache, written);
  }

  /** Takes over the nodes that were written and not replaced since. */
  public void publish(FreshNodes written) {
    written.copyTo(cache);
  }

  /** Hits and misses since the start. */
  public CacheStats stats() {
    return cache.stats();
  }

  /** The cache, to be looked at. */
  public Cache<?, ?> cache() {
    return cache;
  }

  Node load(ObjectId id) {
    Node written = fresh == null ? null : fresh.find(id);
    if (written != null) {
      return written;
    }
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
    if (fresh == null) {
      cache.put(id, node);
    } else {
      fresh.put(id, node);
    }
    return id;
  }

  /** Notes that a new node has taken the place of this one. */
  void replaced(ObjectId id) {
    if (fresh != null) {
      fresh.remove(id);
    }
  }
}
