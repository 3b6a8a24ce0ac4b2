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

/**
 * What one side changed, key by key, and where the contents went: one that left a key and arrived
 * at another was renamed.
 */
final class Changes {
  private final NavigableMap<Key, Difference> differences = new TreeMap<>();
  private final Set<ContentId> left = new HashSet<>();
  private final Map<ContentId, Located> arrived = new HashMap<>();

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

  /** Whether there is something else at a key now. */
  boolean touch(Key key) {
    return differences.containsKey(key);
  }

  /** Where a content of the base is now, if it is no longer where it was. */
  Optional<Located> renamed(ContentId id) {
    return left.contains(id) ? Optional.ofNullable(arrived.get(id)) : Optional.empty();
  }

  /** Where a content stands that was not there in the base. */
  Optional<Located> arrived(ContentId id) {
    return Optional.ofNullable(arrived.get(id));
  }

  private void add(Difference difference) {
    differences.put(difference.key(), difference);
    Optional<ContentId> before = difference.before().map(Content::id);
    Optional<ContentId> after = difference.after().map(Content::id);
    if (before.equals(after)) {
      return;
    }
    before.ifPresent(left::add);
    Key key = difference.key();
    difference.after().ifPresent(it -> arrived.putIfAbsent(it.id(), new Located(key, it)));
  }
}
