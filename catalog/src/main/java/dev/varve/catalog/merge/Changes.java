package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.Difference;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What one side changed, key by key, and where the contents went: one that left a key and arrived
 * at another was renamed.
 */
final class Changes {
  private final NavigableMap<Key, Difference> differences = new TreeMap<>();
  private final Map<ContentId, Located> left = new HashMap<>();
  private final Map<ContentId, Located> arrived = new HashMap<>();
  private final Map<ContentId, Difference> changed = new HashMap<>();

  private Changes() {}

  static Changes between(Tree base, Tree side) {
    Changes changes = new Changes();
    base.diff(side).forEachRemaining(changes::add);
    return changes;
  }

  /** In the order of the keys. */
  Collection<Difference> differences() {
    return differences.values();
  }

  /** The contents that are not what, or not where, they were. */
  Set<ContentId> contents() {
    Set<ContentId> contents = new HashSet<>(left.keySet());
    contents.addAll(arrived.keySet());
    contents.addAll(changed.keySet());
    return contents;
  }

  /** Whether a content is not what, or not where, it was. */
  boolean touch(ContentId id) {
    return left.containsKey(id) || arrived.containsKey(id) || changed.containsKey(id);
  }

  /** What a content was that is not what, or not where, it was; empty if it is new. */
  Optional<Located> before(ContentId id) {
    return Optional.ofNullable(left.get(id)).or(() -> inPlace(id, Difference::before));
  }

  /** What such a content is now; empty if it is gone. */
  Optional<Located> after(ContentId id) {
    return arrived(id).or(() -> inPlace(id, Difference::after));
  }

  /** Where a content of the base is now, if it is no longer where it was. */
  Optional<Located> renamed(ContentId id) {
    return left.containsKey(id) ? arrived(id) : Optional.empty();
  }

  /** Where a content stands that did not stand there in the base. */
  Optional<Located> arrived(ContentId id) {
    return Optional.ofNullable(arrived.get(id));
  }

  private Optional<Located> inPlace(ContentId id, Function<Difference, Optional<Content>> state) {
    return Optional.ofNullable(changed.get(id))
        .flatMap(it -> state.apply(it).map(content -> new Located(it.key(), content)));
  }

  private void add(Difference difference) {
    differences.put(difference.key(), difference);
    Optional<ContentId> before = difference.before().map(Content::id);
    Optional<ContentId> after = difference.after().map(Content::id);
    if (before.equals(after)) {
      changed.put(after.orElseThrow(), difference);
      return;
    }
    Key key = difference.key();
    difference.before().ifPresent(it -> left.putIfAbsent(it.id(), new Located(key, it)));
    difference.after().ifPresent(it -> arrived.putIfAbsent(it.id(), new Located(key, it)));
  }
}
