package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * An immutable ordered map from {@link Key} to {@link Content}, named by the id of its root node.
 *
 * <p>Equal maps have equal ids, whatever edits led to them. With n entries, {@code get}, {@code
 * count} and the start of a scan read O(log n) nodes, an edit writes O(log n) nodes a key, and a
 * difference reads O(log n) nodes for each key that differs. The structure is the Merkle search
 * tree of Auvolat and Taïani (SRDS 2019), with node bounds as described at {@link Node}.
 */
public final class Tree {
  private final Nodes nodes;
  private final ObjectId id;

  /** The tree whose root is {@code id}; nothing is read yet. */
  public Tree(Nodes nodes, ObjectId id) {
    this.nodes = nodes;
    this.id = id;
  }

  /** Writes the map without entries. */
  public static Tree empty(Nodes nodes, ObjectWriter writer) {
    return new Tree(nodes, nodes.write(Node.EMPTY, writer));
  }

  /** The id of the root. */
  public ObjectId id() {
    return id;
  }

  /** What is at {@code key}. */
  public Optional<Content> get(Key key) {
    Node node = root();
    while (true) {
      int index = node.indexOf(key.encoded());
      if (index == node.slots().size()) {
        return Optional.empty();
      }
      if (node.slots().get(index) instanceof Entry entry) {
        return entry.key().equals(key) ? Optional.of(entry.content()) : Optional.empty();
      }
      node = nodes.load(node.child(index).id());
    }
  }

  /** How many entries there are. */
  public long size() {
    return root().count();
  }

  /** How many entries are at or below {@code prefix}. */
  public long count(Key prefix) {
    return rank(prefix.endOfPrefix()) - rank(prefix.encoded());
  }

  /** All entries in the order of their keys, read as they are asked for. */
  public Iterator<Entry> entries() {
    return new Entries(Cursor.at(nodes, id));
  }

  /** The entries at or below {@code prefix}, in order. */
  public Iterator<Entry> entries(Key prefix) {
    return new Entries(Cursor.from(nodes, id, prefix.encoded()), prefix.endOfPrefix());
  }

  /**
   * The entries whose keys have one element more than {@code parent}, in order. O(log n) for each,
   * whatever lies below them.
   *
   * @param parent empty for the entries of the first level
   * @param after the key behind which to begin, or empty for the first
   */
  public Iterator<Entry> children(Optional<Key> parent, Optional<Key> after) {
    int depth = parent.map(key -> key.elements().size()).orElse(0) + 1;
    return new Children(
        depth,
        start(parent, after),
        from -> {
          Cursor cursor = Cursor.from(nodes, id, from);
          return parent.isPresent()
              ? new Entries(cursor, parent.get().endOfPrefix())
              : new Entries(cursor);
        });
  }

  private static byte[] start(Optional<Key> prefix, Optional<Key> after) {
    byte[] from = prefix.map(Key::encoded).orElse(new byte[0]);
    return after.isPresent() && after.get().compareTo(from) >= 0 ? after.get().successor() : from;
  }

  /**
   * A page of entries in the order of their keys.
   *
   * @param prefix where to look: this key and those below it, or empty for everywhere
   * @param after the last key of the page before, or empty for the first page
   * @param limit how many entries at the most
   */
  public List<Entry> page(Optional<Key> prefix, Optional<Key> after, int limit) {
    Cursor start = Cursor.from(nodes, id, start(prefix, after));
    Iterator<Entry> entries =
        prefix.isPresent() ? new Entries(start, prefix.get().endOfPrefix()) : new Entries(start);
    List<Entry> page = new ArrayList<>();
    while (page.size() < limit && entries.hasNext()) {
      page.add(entries.next());
    }
    return page;
  }

  /**
   * The map with these edits applied; of several edits of one key the last counts, and removing
   * what is not there changes nothing.
   *
   * @param writer takes the new nodes; this tree's {@link Nodes} must be able to read them back
   */
  public Tree edit(Collection<TreeEdit> edits, ObjectWriter writer) {
    ObjectId edited = new Edit(nodes, id, writer).apply(edits);
    return edited.equals(id) ? this : new Tree(nodes, edited);
  }

  /**
   * Where {@code after} differs from this map, in the order of the keys. Equal subtrees are not
   * read.
   */
  public Iterator<Difference> diff(Tree after) {
    return new Diff(Cursor.at(nodes, id), Cursor.at(after.nodes, after.id));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tree tree && id.equals(tree.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "tree " + id.abbreviate();
  }

  /** How many keys sort before {@code bound}. */
  private long rank(byte[] bound) {
    long rank = 0;
    Node node = root();
    while (true) {
      int index = node.indexOf(bound);
      if (node.level() == 0) {
        return rank + index;
      }
      for (int i = 0; i < index; i++) {
        rank += node.child(i).count();
      }
      if (index == node.slots().size()) {
        return rank;
      }
      node = nodes.load(node.child(index).id());
    }
  }

  private Node root() {
    return nodes.load(id);
  }
}
