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
  /** What a decoded slot takes in memory, about: its key twice, its bytes, ids and headers. */
  private static final int SLOT_BYTES = 350;

  private final ObjectReader objects;
  private final Cache<ObjectId, StoredNode> cache;

  /** Nodes that are not in the cache yet, or null. */
  private final FreshNodes fresh;

  private Nodes(ObjectReader objects, Cache<ObjectId, StoredNode> cache, FreshNodes fresh) {
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
            .weigher(
                (ObjectId id, StoredNode node) -> 100 + SLOT_BYTES * node.node().slots().size())
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
    return stored(id).node();
  }

  /** A node with its bytes. */
  StoredNode stored(ObjectId id) {
    StoredNode written = fresh == null ? null : fresh.find(id);
    if (written != null) {
      return written;
    }
    StoredNode cached = cache.getIfPresent(id);
    if (cached != null) {
      return cached;
    }
    StoredNode node = NodeFormat.read(objects.load(id, ObjectReader.Kind.NODE));
    cache.put(id, node);
    return node;
  }

  ObjectId write(Node node, ObjectWriter writer) {
    return write(node, NodeFormat.NO_NODE, writer);
  }

  /**
   * Writes a node.
   *
   * @param base a node of the same level with which it may share slots
   */
  ObjectId write(Node node, StoredNode base, ObjectWriter writer) {
    StoredNode stored = NodeFormat.encode(node, base);
    ObjectId id = writer.put(stored.bytes());
    if (fresh == null) {
      cache.put(id, stored);
    } else {
      fresh.put(id, stored);
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
