package dev.varve.catalog.merge;

import dev.varve.catalog.merge.MergedKey.Origin;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Our tree with a merge's decisions on top. Decisions are made content by content; whether their
 * keys are free, and their namespaces still there, is known only when all are made.
 */
final class Draft {
  private final Tree ours;
  private final Tree theirs;
  private final List<KeyConflict> conflicts;
  private final Conflicts words;
  private final NavigableMap<Key, Placement> placed = new TreeMap<>();
  private final Set<Key> vacated = new HashSet<>();
  private final NavigableMap<Key, MergedKey> changes = new TreeMap<>();

  /**
   * @param conflicts takes what does not fit together
   */
  Draft(Tree ours, Tree theirs, List<KeyConflict> conflicts, Conflicts words) {
    this.ours = ours;
    this.theirs = theirs;
    this.conflicts = conflicts;
    this.words = words;
  }

  /** Takes away what our side has at {@code key}. */
  void vacate(Key key) {
    vacated.add(key);
  }

  /** Puts a content at {@code key}, which must be free or hold the same content in the end. */
  void place(Key key, Content content, Origin origin) {
    Placement taken = placed.putIfAbsent(key, new Placement(content, origin));
    if (taken != null) {
      conflicts.add(words.keyTaken(key, taken.content, content));
    }
  }

  /** The changes of our tree in the order of the keys, once every content is decided. */
  List<MergedKey> finish() {
    placed.forEach(this::checkFree);
    for (Key key : vacated) {
      if (!placed.containsKey(key)) {
        change(key, Optional.empty(), Origin.THEIRS);
      }
    }
    placed.forEach((key, it) -> change(key, Optional.of(it.content), it.origin));
    changes.values().forEach(this::checkNamespaces);
    return new ArrayList<>(changes.values());
  }

  private void checkFree(Key key, Placement placement) {
    Optional<Content> there = ours.get(key).filter(content -> !vacated.contains(key));
    if (there.isPresent() && !there.get().id().equals(placement.content.id())) {
      conflicts.add(words.keyTaken(key, there.get(), placement.content));
    }
  }

  private void change(Key key, Optional<Content> after, Origin origin) {
    Optional<Content> before = ours.get(key);
    if (!before.equals(after)) {
      changes.put(key, new MergedKey(key, before, after, origin));
    }
  }

  /** A namespace goes only with all that is in it, and nothing is put into one that is gone. */
  private void checkNamespaces(MergedKey change) {
    if (change.after().isEmpty()) {
      boolean isNamespace = change.before().filter(Draft::isNamespace).isPresent();
      if (isNamespace && countAfter(change.key()) > 0) {
        conflicts.add(words.namespaceInUse(change));
      }
    } else if (change.before().isEmpty()) {
      for (Key namespace : namespacesOf(change.key())) {
        boolean expected = theirs.get(namespace).filter(Draft::isNamespace).isPresent();
        if (expected && after(namespace).isEmpty()) {
          conflicts.add(words.namespaceGone(change, namespace));
        }
      }
    }
  }

  private Optional<Content> after(Key key) {
    MergedKey change = changes.get(key);
    return change == null ? ours.get(key) : change.after();
  }

  private long countAfter(Key prefix) {
    long count = ours.count(prefix);
    for (MergedKey change : changes.tailMap(prefix, true).values()) {
      if (!change.key().startsWith(prefix)) {
        break;
      }
      count += (change.after().isPresent() ? 1 : 0) - (change.before().isPresent() ? 1 : 0);
    }
    return count;
  }

  private static boolean isNamespace(Content content) {
    return content.type().equals(ContentType.NAMESPACE);
  }

  private static List<Key> namespacesOf(Key key) {
    List<Key> namespaces = new ArrayList<>();
    for (int length = 1; length < key.elements().size(); length++) {
      namespaces.add(Key.of(key.elements().subList(0, length)));
    }
    return namespaces;
  }

  private record Placement(Content content, Origin origin) {}
}
