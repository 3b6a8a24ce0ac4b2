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
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Our tree with a merge's decisions on top. Decisions are made content by content; whether their
 * keys are free, and their namespaces still there, is known only when all are made.
 */
final class Draft {
  private final Tree ours;
  private final Tree theirs;
  private final Function<KeyConflict, Optional<KeyAnswer>> asked;
  private final Conflicts words;
  private final NavigableMap<Key, Placement> placed = new TreeMap<>();
  private final Set<Key> vacated = new HashSet<>();
  private final NavigableMap<Key, MergedKey> changes = new TreeMap<>();

  /**
   * @param asked takes what does not fit together, and says how it is to be, if somebody said
   */
  Draft(Tree ours, Tree theirs, Function<KeyConflict, Optional<KeyAnswer>> asked, Conflicts words) {
    this.ours = ours;
    this.theirs = theirs;
    this.asked = asked;
    this.words = words;
  }

  /** Takes away what our side has at {@code key}. */
  void vacate(Key key) {
    vacated.add(key);
  }

  /**
   * Puts a content at {@code key}, which must be free or hold the same content in the end.
   *
   * @param home where our side has it, if it does
   */
  void place(Key key, Content content, Origin origin, Optional<Key> home) {
    Placement placement = new Placement(content, origin, home);
    Placement taken = placed.putIfAbsent(key, placement);
    if (taken == null) {
      return;
    }
    boolean isOurs = ours.get(key).filter(it -> it.id().equals(content.id())).isPresent();
    Placement first = isOurs ? placement : taken;
    placed.put(key, first);
    Placement other = isOurs ? taken : placement;
    asked
        .apply(words.keyTaken(key, first.content, other.content))
        .ifPresent(answer -> move(other, answer));
  }

  /** Of two contents at one key ours stays; theirs stays where ours has it, or goes elsewhere. */
  private void move(Placement theirs, KeyAnswer answer) {
    Optional<Key> to = answer.kind() == KeyAnswer.Kind.OURS ? theirs.home : answer.key();
    to.ifPresent(key -> place(key, theirs.content, theirs.origin, theirs.home));
  }

  /** The changes of our tree in the order of the keys, once every content is decided. */
  List<MergedKey> finish() {
    NavigableSet<Key> unchecked = new TreeSet<>(placed.keySet());
    Set<Key> checked = new HashSet<>();
    while (!unchecked.isEmpty()) {
      Key key = unchecked.pollFirst();
      checked.add(key);
      checkFree(key, placed.get(key));
      unchecked.addAll(placed.keySet());
      unchecked.removeAll(checked);
    }
    for (Key key : vacated) {
      if (!placed.containsKey(key)) {
        change(key, Optional.empty(), Origin.THEIRS);
      }
    }
    placed.forEach((key, it) -> change(key, Optional.of(it.content), it.origin));
    List.copyOf(changes.values()).forEach(this::checkNamespaces);
    return new ArrayList<>(changes.values());
  }

  private void checkFree(Key key, Placement placement) {
    Optional<Content> there = ours.get(key).filter(content -> !vacated.contains(key));
    if (there.isPresent() && !there.get().id().equals(placement.content.id())) {
      asked
          .apply(words.keyTaken(key, there.get(), placement.content))
          .ifPresent(
              answer -> {
                placed.remove(key);
                move(placement, answer);
              });
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
      if (isNamespace
          && countAfter(change.key()) > 0
          && asked.apply(words.namespaceInUse(change)).isPresent()) {
        changes.remove(change.key());
      }
    } else if (change.before().isEmpty()) {
      for (Key namespace : namespacesOf(change.key())) {
        Optional<Content> expected = theirs.get(namespace).filter(Draft::isNamespace);
        if (expected.isPresent() && after(namespace).isEmpty()) {
          asked
              .apply(words.namespaceGone(change, namespace))
              .ifPresent(answer -> settle(change, namespace, expected, answer));
        }
      }
    }
  }

  /** The namespace comes back, or what was put into it stays out. */
  private void settle(
      MergedKey change, Key namespace, Optional<Content> content, KeyAnswer answer) {
    if (answer.kind() == KeyAnswer.Kind.THEIRS) {
      change(namespace, content, Origin.THEIRS);
      return;
    }
    changes.remove(change.key());
    Placement placement = placed.get(change.key());
    if (placement != null) {
      placement.home.ifPresent(changes::remove);
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

  private record Placement(Content content, Origin origin, Optional<Key> home) {}
}
