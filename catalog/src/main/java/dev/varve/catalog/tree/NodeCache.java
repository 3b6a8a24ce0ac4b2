package dev.varve.catalog.tree;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.object.ObjectId;

/**
 * Decoded nodes that were used lately, within a bound of memory. Safe for use by many threads.
 *
 * <p>As ids name content, one cache serves any number of repositories, readers of a store and
 * writes in progress alike.
 */
public final class NodeCache {
  /** What a decoded slot takes in memory, about: its key twice, its bytes, ids and headers. */
  private static final int SLOT_BYTES = 350;

  private final Cache<ObjectId, StoredNode> nodes;

  /**
   * @param bytes how much memory the nodes may take together, about
   */
  public NodeCache(long bytes) {
    nodes =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher(
                (ObjectId id, StoredNode node) -> 100 + SLOT_BYTES * node.node().slots().size())
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** The cache, to be looked at; its weight is in bytes. */
  public Cache<?, ?> asCache() {
    return nodes;
  }

  /** The node of this id, or null if it is not kept. */
  StoredNode find(ObjectId id) {
    return nodes.getIfPresent(id);
  }

  void put(ObjectId id, StoredNode node) {
    nodes.put(id, node);
  }
}
