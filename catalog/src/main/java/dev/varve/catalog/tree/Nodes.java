package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.object.ObjectWriter;

/**
 * Reads and writes nodes, and keeps those used lately in a {@link NodeCache}. Safe for use by many
 * threads.
 */
public final class Nodes {
  private final ObjectReader objects;
  private final NodeCache cache;

  /** Nodes that are not in the cache yet, or null. */
  private final FreshNodes fresh;

  private Nodes(ObjectReader objects, NodeCache cache, FreshNodes fresh) {
    this.objects = objects;
    this.cache = cache;
    this.fresh = fresh;
  }

  /** Reads nodes through a cache. */
  public Nodes(ObjectReader objects, NodeCache cache) {
    this(objects, cache, null);
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

  Node load(ObjectId id) {
    return stored(id).node();
  }

  /** A node with its bytes. */
  StoredNode stored(ObjectId id) {
    StoredNode written = fresh == null ? null : fresh.find(id);
    if (written != null) {
      return written;
    }
    StoredNode cached = cache.find(id);
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
