package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Applies edits to a tree, level by level: the nodes that an edit of one level replaces are the
 * edits of the level above, whose slots are keyed by the last key of each node.
 */
final class Edit {
  private final Nodes nodes;
  private final ObjectId rootId;
  private final Node root;
  private final ObjectWriter writer;

  /** The path to where the last edit was located, from the root down: the next is often near. */
  private final List<Located> path = new ArrayList<>();

  Edit(Nodes nodes, ObjectId rootId, ObjectWriter writer) {
    this.nodes = nodes;
    this.rootId = rootId;
    StoredNode stored = nodes.stored(rootId);
    this.root = stored.node();
    this.writer = writer;
    path.add(new Located(stored, rootId, new byte[0], true));
  }

  ObjectId apply(Collection<TreeEdit> edits) {
    NavigableMap<Key, Optional<Slot>> pending = new TreeMap<>();
    for (TreeEdit edit : edits) {
      pending.put(edit.key(), edit.content().map(content -> new Entry(edit.key(), content)));
    }
    for (int level = 0; level <= root.level() && !pending.isEmpty(); level++) {
      pending = applyToLevel(level, pending);
    }
    return pending.isEmpty() ? rootId : newRoot(pending);
  }

  /** Replaces the nodes of one level that the edits touch; the result edits the level above. */
  private NavigableMap<Key, Optional<Slot>> applyToLevel(
      int level, NavigableMap<Key, Optional<Slot>> edits) {
    NavigableMap<Key, Optional<Slot>> above = new TreeMap<>();
    List<Slot> carried = new ArrayList<>();
    byte[] position = edits.firstKey().encoded();
    while (!edits.isEmpty() || !carried.isEmpty()) {
      Located old = locate(level, carried.isEmpty() ? edits.firstKey().encoded() : position);
      NavigableMap<Key, Optional<Slot>> mine = edits;
      if (!old.last) {
        position = old.node().lastKey().successor();
        mine = edits.headMap(old.node().lastKey(), true);
        edits = edits.tailMap(old.node().lastKey(), false);
      } else {
        edits = new TreeMap<>();
      }
      carried = split(old, merge(carried, old.node().slots(), mine), mine, above);
    }
    return above;
  }

  /**
   * Writes the nodes that {@code slots} make in place of {@code old}, and returns those at the end
   * that no key bounds: they belong to the next node.
   */
  private List<Slot> split(
      Located old,
      List<Slot> slots,
      NavigableMap<Key, Optional<Slot>> edits,
      NavigableMap<Key, Optional<Slot>> above) {
    int level = old.node().level();
    if (!old.node().slots().isEmpty()) {
      above.put(old.node().lastKey(), Optional.empty());
      nodes.replaced(old.id);
    }
    // Only what was edited can end a node, and what ended the old one.
    NavigableSet<Key> bounds = new TreeSet<>();
    if (!old.node().slots().isEmpty()) {
      addBound(old.node().lastKey(), level, bounds);
    }
    for (Map.Entry<Key, Optional<Slot>> edit : edits.entrySet()) {
      if (edit.getValue().isPresent()) {
        addBound(edit.getKey(), level, bounds);
      } else {
        bounds.remove(edit.getKey());
      }
    }
    int start = 0;
    for (Key bound : bounds) {
      int end = Node.indexOf(slots, start, bound.encoded()) + 1;
      replace(old, slots.subList(start, end), above);
      start = end;
    }
    List<Slot> rest = new ArrayList<>(slots.subList(start, slots.size()));
    if (old.last && !rest.isEmpty()) {
      replace(old, rest, above);
      rest = new ArrayList<>();
    }
    return rest;
  }

  private static void addBound(Key key, int level, NavigableSet<Key> bounds) {
    if (key.height() > level) {
      bounds.add(key);
    }
  }

  private void replace(Located old, List<Slot> slots, NavigableMap<Key, Optional<Slot>> above) {
    Child child = write(new Node(old.node().level(), slots), old.stored);
    if (child.id().equals(old.id)) {
      above.remove(child.key());
    } else {
      above.put(child.key(), Optional.of(child));
    }
  }

  private ObjectId newRoot(NavigableMap<Key, Optional<Slot>> edits) {
    if (!root.slots().isEmpty() && !edits.containsKey(root.lastKey())) {
      // The old root is one of the new nodes, as what was added lies before or after it.
      edits.put(root.lastKey(), Optional.of(new Child(root.lastKey(), rootId, root.count())));
    }
    List<Slot> top = new ArrayList<>();
    edits.values().forEach(slot -> slot.ifPresent(top::add));
    if (top.isEmpty()) {
      return nodes.write(Node.EMPTY, writer);
    }
    int level = root.level();
    List<Slot> children = top;
    while (children.size() > 1) {
      children = group(++level, children);
    }
    ObjectId id = ((Child) children.get(0)).id();
    Node node = nodes.load(id);
    while (node.level() > 0 && node.slots().size() == 1) {
      id = node.child(0).id();
      node = nodes.load(id);
    }
    return id;
  }

  private List<Slot> group(int level, List<Slot> children) {
    List<Slot> parents = new ArrayList<>();
    List<Slot> run = new ArrayList<>();
    for (Slot child : children) {
      run.add(child);
      if (child.key().height() > level) {
        parents.add(write(new Node(level, run), NodeFormat.NO_NODE));
        run = new ArrayList<>();
      }
    }
    if (!run.isEmpty()) {
      parents.add(write(new Node(level, run), NodeFormat.NO_NODE));
    }
    return parents;
  }

  private Child write(Node node, StoredNode base) {
    return new Child(node.lastKey(), nodes.write(node, base, writer), node.count());
  }

  /** Finds the node of a level in which {@code bound} is, or would be put. */
  private Located locate(int level, byte[] bound) {
    int depth = Math.min(path.size() - 1, root.level() - level);
    while (!path.get(depth).holds(bound)) {
      depth--;
    }
    while (root.level() - depth > level) {
      Located parent = path.get(depth);
      depth++;
      path.subList(depth, path.size()).clear();
      path.add(child(parent, bound));
    }
    return path.get(depth);
  }

  private Located child(Located parent, byte[] bound) {
    Node node = parent.node();
    int end = node.slots().size() - 1;
    int index = Math.min(node.indexOf(bound), end);
    ObjectId id = node.child(index).id();
    byte[] low = index == 0 ? parent.low : node.slots().get(index - 1).key().successor();
    return new Located(nodes.stored(id), id, low, parent.last && index == end);
  }

  /** The slots of a node with edits applied, after those that were carried from the node before. */
  private static List<Slot> merge(
      List<Slot> carried, List<Slot> slots, NavigableMap<Key, Optional<Slot>> edits) {
    List<Slot> merged = new ArrayList<>(carried.size() + slots.size() + edits.size());
    merged.addAll(carried);
    int next = 0;
    for (Map.Entry<Key, Optional<Slot>> edit : edits.entrySet()) {
      int index = Node.indexOf(slots, next, edit.getKey().encoded());
      merged.addAll(slots.subList(next, index));
      edit.getValue().ifPresent(merged::add);
      boolean present = index < slots.size() && slots.get(index).key().equals(edit.getKey());
      next = present ? index + 1 : index;
    }
    merged.addAll(slots.subList(next, slots.size()));
    return merged;
  }

  /**
   * @param low the least bound that belongs in this node and not in the one before it
   * @param last whether it is the last node of its level
   */
  private record Located(StoredNode stored, ObjectId id, byte[] low, boolean last) {

    Node node() {
      return stored.node();
    }

    boolean holds(byte[] bound) {
      return Arrays.compareUnsigned(low, bound) <= 0
          && (last || node().lastKey().compareTo(bound) >= 0);
    }
  }
}
