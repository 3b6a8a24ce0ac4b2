package dev.varve.catalog;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.FreshNodes;
import dev.varve.catalog.tree.Nodes;
import dev.varve.catalog.tree.Tree;
import dev.varve.catalog.tree.TreeEdit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A large edit of a tree, made by whoever asks for it and not by the one writer, whose turn it
 * would hold up for all.
 *
 * <p>Equal maps have equal trees whatever the order of edits. So when the branch moved meanwhile,
 * the few keys that others changed are edited on top of the large edit, instead of the other way
 * round, and the result is the same.
 */
final class PreparedEdit {
  /** Edits from this size on are prepared: smaller ones take the writer less than a millisecond. */
  static final int MIN_EDITS = 64;

  /** More keys than this that others changed, and it is cheaper to begin again. */
  private static final int MAX_DIFFERENCES = 1_000;

  private final ObjectId base;
  private final ObjectId edited;
  private final Map<ObjectId, byte[]> written;

  private PreparedEdit(ObjectId base, ObjectId edited, Map<ObjectId, byte[]> written) {
    this.base = base;
    this.edited = edited;
    this.written = written;
  }

  /** Edits a tree that is in the store; what is written is kept in memory. */
  static PreparedEdit of(
      ObjectId base, Collection<TreeEdit> edits, ObjectReader objects, Nodes nodes) {
    Map<ObjectId, byte[]> written = new LinkedHashMap<>();
    Nodes own = nodes.over(objects, new FreshNodes());
    Tree edited = new Tree(own, base).edit(edits, written::put);
    return new PreparedEdit(base, edited.id(), written);
  }

  /** About how much memory it takes. */
  long bytes() {
    return written.values().stream().mapToLong(bytes -> 100 + bytes.length).sum();
  }

  /** The new nodes, as canonical bytes. */
  Map<ObjectId, byte[]> written() {
    return written;
  }

  /** The edited tree; {@code nodes} must be able to read {@link #written()}. */
  Tree edited(Nodes nodes) {
    return new Tree(nodes, edited);
  }

  /** What others changed since, empty if that is too much to be edited on top. */
  Optional<List<Difference>> changedSince(Tree head, Nodes nodes) {
    List<Difference> differences = new ArrayList<>();
    if (head.id().equals(base)) {
      return Optional.of(differences);
    }
    Iterator<Difference> all = new Tree(nodes, base).diff(head);
    while (all.hasNext()) {
      if (differences.size() == MAX_DIFFERENCES) {
        return Optional.empty();
      }
      differences.add(all.next());
    }
    return Optional.of(differences);
  }
}
