package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import java.util.HashMap;
import java.util.Map;

/**
 * The nodes that a batch of writes made, decoded, for the writes that come next. Most of them are
 * replaced within the batch: keeping them apart saves the cache from them.
 *
 * <p>What is missing here can be read from the write set. For use by one writer at a time.
 */
public final class FreshNodes {
  private final Map<ObjectId, StoredNode> nodes = new HashMap<>();
  private FreshNodes below;

  /** On top of what the cache and the store hold. */
  public FreshNodes() {
    this(null);
  }

  /** On top of the nodes of a batch that is not in the cache yet. */
  public FreshNodes(FreshNodes below) {
    this.below = below;
  }

  /** Forgets what is below, which the cache or the store has by now. */
  public void rebase() {
    below = null;
  }

  StoredNode find(ObjectId id) {
    StoredNode node = nodes.get(id);
    return node != null || below == null ? node : below.find(id);
  }

  void put(ObjectId id, StoredNode node) {
    nodes.put(id, node);
  }

  void remove(ObjectId id) {
    nodes.remove(id);
  }

  void copyTo(NodeCache cache) {
    nodes.forEach(cache::put);
  }
}
