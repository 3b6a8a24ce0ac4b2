package dev.varve.catalog.tree;

import dev.varve.catalog.object.CanonicalWriter;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node must be, as the slot that leads to it says. A node that was found to be so need not
 * be read again for the same claim, whichever trees share it.
 *
 * @param slot the child of the node above, or empty for a root, which may be anything
 * @param after the key that all keys of the node sort after, or empty for none
 * @param level the level it must have; meaningless for a root
 * @param lastOfLevel whether it is the last node of its level, which no key needs to end
 */
public record NodeClaim(
    ObjectId id, Optional<Child> slot, Optional<Key> after, int level, boolean lastOfLevel) {

  /** The claim that a commit makes. */
  public static NodeClaim root(ObjectId id) {
    return new NodeClaim(id, Optional.empty(), Optional.empty(), 0, true);
  }

  /** A name of this claim: equal claims have equal names. */
  public ObjectId name() {
    CanonicalWriter writer = new CanonicalWriter(ObjectKind.INNER, 0);
    writer.writeId(id).writeByte((byte) (lastOfLevel ? 1 : 0)).writeCount(level);
    writer.writeBytes(after.map(Key::encoded).orElse(new byte[0]));
    slot.ifPresent(child -> writer.writeBytes(child.key().encoded()).writeCount(child.count()));
    return ObjectId.of(writer.toBytes());
  }

  /**
   * Holds the canonical bytes of the node against this claim.
   *
   * @throws dev.varve.catalog.error.VarveException if they are no node
   */
  public NodeReport check(byte[] bytes) {
    Node node = NodeFormat.decode(bytes);
    List<TreeProblem> problems = new ArrayList<>();
    checkShape(node, problems);
    checkBounds(node, problems);
    List<NodeClaim> children = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    Optional<Key> before = after;
    for (int i = 0; i < node.slots().size(); i++) {
      Slot next = node.slots().get(i);
      if (next instanceof Child child) {
        boolean last = lastOfLevel && i == node.slots().size() - 1;
        children.add(new NodeClaim(child.id(), Optional.of(child), before, node.level() - 1, last));
      } else {
        entries.add((Entry) next);
      }
      before = Optional.of(next.key());
    }
    return new NodeReport(problems, children, entries);
  }

  private void checkShape(Node node, List<TreeProblem> problems) {
    if (slot.isEmpty()) {
      if (node.level() > 0 && node.slots().size() == 1) {
        problems.add(TreeProblem.bounds("the root has one child, which should be the root"));
      }
      return;
    }
    if (node.level() != level) {
      problems.add(TreeProblem.bounds("it is at level %d, not %d".formatted(node.level(), level)));
    }
    if (node.slots().isEmpty()) {
      problems.add(TreeProblem.bounds("it is empty and not the root"));
      return;
    }
    if (!node.lastKey().equals(slot.get().key())) {
      problems.add(
          TreeProblem.order(
              "its last key is '%s', and the node above says '%s'"
                  .formatted(node.lastKey(), slot.get().key())));
    }
    if (node.count() != slot.get().count()) {
      problems.add(
          TreeProblem.count(
              "it holds %d entries, and the node above says %d"
                  .formatted(node.count(), slot.get().count())));
    }
  }

  private void checkBounds(Node node, List<TreeProblem> problems) {
    int size = node.slots().size();
    if (size > 0 && after.isPresent() && node.slots().get(0).key().compareTo(after.get()) <= 0) {
      problems.add(
          TreeProblem.order(
              "its first key '%s' does not sort after '%s'"
                  .formatted(node.slots().get(0).key(), after.get())));
    }
    for (int i = 0; i < size; i++) {
      Key key = node.slots().get(i).key();
      if (!key.isWellFormed()) {
        problems.add(TreeProblem.order("its key '%s' is not well-formed".formatted(key)));
      }
      boolean last = i == size - 1;
      boolean ends = key.height() > node.level();
      if (ends && !last) {
        problems.add(
            TreeProblem.bounds("the hash of '%s' ends a node, and it goes on".formatted(key)));
      } else if (!ends && last && !lastOfLevel) {
        problems.add(
            TreeProblem.bounds("it ends with '%s', whose hash ends no node".formatted(key)));
      }
    }
  }
}
