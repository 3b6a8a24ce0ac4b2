package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Applies edits to a tree, level by level: the nodes that an edit of one level replaces are the
 * edits of the level above, whose slots are keyed by the last key of each node.
 */
final class Edit {
  private final Nodes nodes;
  private final ObjectId rootId;
  private final Node root;
  private final ObjectWriter writer;

  Edit(Nodes nodes, ObjectId rootId, ObjectWriter writer) {
    this.nodes = nodes;
    this.rootId = rootId;
    this.root = nodes.load(rootId);
    this.writer = writer;
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
        position = old.node.lastKey().successor();
        mine = edits.headMap(old.node.lastKey(), true);
        edits = edits.tailMap(old.node.lastKey(), false);
      } else {
        edits = new TreeMap<>();
      }
      List<Slot> slots = carried;
      slots.addAll(merge(old.node.slots(), mine));
      carried = split(old, slots, above);
    }
    return above;
  }

  /**
   * Writes the nodes that {@code slots} make in place of {@code old}, and returns those at the end
   * that no key bounds: they belong to the next node.
   */
  private List<Slot> split(Located old, List<Slot> slots, NavigableMap<Key, Optional<Slot>> above) {
    int level = old.node.level();
    if (!old.node.slots().isEmpty()) {
      above.put(old.node.lastKey(), Optional.empty());
    }
    List<Slot> rest = new ArrayList<>();
    for (Slot slot : slots) {
      rest.add(slot);
      if (slot.key().height() > level) {
        replace(old, rest, above);
        rest = new ArrayList<>();
      }
    }
    if (old.last && !rest.isEmpty()) {
      replace(old, rest, above);
      rest = new ArrayList<>();
    }
    return rest;
  }

  private void replace(Located old, List<Slot> slots, NavigableMap<Key, Optional<Slot>> above) {
    Child child = write(new Node(old.node.level(), slots));
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
        parents.add(write(new Node(level, run)));
        run = new ArrayList<>();
      }
    }
    if (!run.isEmpty()) {
      parents.add(write(new Node(level, run)));
    }
    return parents;
  }

  private Child write(Node node) {
    return new Child(node.lastKey(), nodes.write(node, writer), node.count());
  }

  /** Finds the node of a level in which {@code bound} is, or would be put. */
  private Located locate(int level, byte[] bound) {
    Node node = root;
    ObjectId id = rootId;
    boolean last = true;
    while (node.level() > level) {
      int end = node.slots().size() - 1;
      int index = Math.min(node.indexOf(bound), end);
      last &= index == end;
      id = node.child(index).id();
      node = nodes.load(id);
    }
    return new Located(node, id, last);
  }

  /** The slots of a node with edits applied. */
  private static List<Slot> merge(List<Slot> slots, NavigableMap<Key, Optional<Slot>> edits) {
    NavigableMap<Key, Slot> merged = new TreeMap<>();
    slots.forEach(slot -> merged.put(slot.key(), slot));
    edits.forEach(
        (key, slot) -> {
          if (slot.isPresent()) {
            merged.put(key, slot.get());
          } else {
            merged.remove(key);
          }
        });
    return new ArrayList<>(merged.values());
  }

  /**
   * @param last whether it is the last node of its level
   */
  private record Located(Node node, ObjectId id, boolean last) {}
}
