package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A place in a tree, in front of an entry or of a whole subtree: always the largest subtree that
 * begins there and was not descended into.
 */
final class Cursor {
  /** The level of an entry; subtrees have the level of their node. */
  static final int ENTRY = -1;

  private final Nodes nodes;

  /** The root until it is descended into, then null. */
  private ObjectId root;

  private int rootLevel;
  private final Deque<Frame> path = new ArrayDeque<>();

  private Cursor(Nodes nodes, ObjectId root) {
    this.nodes = nodes;
    this.root = root;
  }

  /** In front of the whole tree. */
  static Cursor at(Nodes nodes, ObjectId root) {
    Cursor cursor = new Cursor(nodes, root);
    cursor.rootLevel = nodes.load(root).level();
    return cursor;
  }

  /** In front of the first entry that does not sort before {@code bound}. */
  static Cursor from(Nodes nodes, ObjectId root, byte[] bound) {
    Cursor cursor = new Cursor(nodes, null);
    Node node = nodes.load(root);
    while (true) {
      int index = node.indexOf(bound);
      cursor.path.push(new Frame(node, index));
      if (node.level() == 0 || index == node.slots().size()) {
        cursor.leaveFinishedNodes();
        return cursor;
      }
      node = nodes.load(node.child(index).id());
    }
  }

  boolean atEnd() {
    return root == null && path.isEmpty();
  }

  /** The level of the subtree ahead, or {@link #ENTRY}. */
  int level() {
    return root != null ? rootLevel : path.peek().node.level() - 1;
  }

  /** The id of the subtree ahead. */
  ObjectId id() {
    return root != null ? root : ((Child) slot()).id();
  }

  /** The entry or child ahead; not to be asked in front of the whole tree. */
  Slot slot() {
    Frame frame = path.peek();
    return frame.node.slots().get(frame.index);
  }

  /** Goes from in front of a subtree to in front of its first part. */
  void descend() {
    Node node = nodes.load(id());
    root = null;
    path.push(new Frame(node, 0));
    leaveFinishedNodes();
  }

  /** Goes past the entry or subtree ahead. */
  void advance() {
    if (root != null) {
      root = null;
      return;
    }
    path.peek().index++;
    leaveFinishedNodes();
  }

  private void leaveFinishedNodes() {
    while (!path.isEmpty() && path.peek().index >= path.peek().node.slots().size()) {
      path.pop();
      if (!path.isEmpty()) {
        path.peek().index++;
      }
    }
  }

  private static final class Frame {
    final Node node;
    int index;

    Frame(Node node, int index) {
      this.node = node;
      this.index = index;
    }
  }
}
