package dev.varve.engine.merge;

import dev.varve.catalog.tree.ContentId;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What becomes of the tables of a lake that two branches changed, over maps by their ids. */
final class LakeOracle {
  private LakeOracle() {}

  /** A table: its name and what was appended to it. */
  record Item(String name, Set<String> files) {}

  /** The merged tables; empty if something conflicts. */
  static Optional<Map<ContentId, Item>> merge(ThreeWay<Map<ContentId, Item>> sides) {
    Map<ContentId, Item> merged = new LinkedHashMap<>();
    for (ContentId id : ids(sides)) {
      ThreeWay<Optional<Item>> of = sides.map(side -> Optional.ofNullable(side.get(id)));
      if (conflicts(of)) {
        return Optional.empty();
      }
      item(of).ifPresent(it -> merged.put(id, it));
    }
    return namesClash(merged.values()) ? Optional.empty() : Optional.of(merged);
  }

  /**
   * What becomes, whoever wins elsewhere, of tables that are not in conflict and whose names no
   * other table has on any side.
   */
  static Map<ContentId, Optional<Item>> undisputed(ThreeWay<Map<ContentId, Item>> sides) {
    Map<ContentId, Optional<Item>> undisputed = new LinkedHashMap<>();
    for (ContentId id : ids(sides)) {
      ThreeWay<Optional<Item>> of = sides.map(side -> Optional.ofNullable(side.get(id)));
      Set<String> names = names(sides, id);
      boolean alone =
          ids(sides).stream()
              .filter(other -> !other.equals(id))
              .allMatch(other -> names(sides, other).stream().noneMatch(names::contains));
      if (alone && !conflicts(of)) {
        undisputed.put(id, item(of));
      }
    }
    return undisputed;
  }

  private static Set<ContentId> ids(ThreeWay<Map<ContentId, Item>> sides) {
    Set<ContentId> ids = new LinkedHashSet<>(sides.base().orElseThrow().keySet());
    ids.addAll(sides.ours().keySet());
    ids.addAll(sides.theirs().keySet());
    return ids;
  }

  private static Set<String> names(ThreeWay<Map<ContentId, Item>> sides, ContentId id) {
    Set<String> names = new HashSet<>();
    sides.map(side -> side.containsKey(id) && names.add(side.get(id).name()));
    return names;
  }

  /** Dropped here and changed there, or renamed differently. */
  private static boolean conflicts(ThreeWay<Optional<Item>> of) {
    Optional<Item> was = of.base().orElseThrow();
    if (was.isEmpty() || (of.ours().isEmpty() && of.theirs().isEmpty())) {
      return false;
    }
    if (of.ours().isEmpty() || of.theirs().isEmpty()) {
      return of.conflicts();
    }
    return of.map(it -> it.orElseThrow().name()).conflicts();
  }

  private static Optional<Item> item(ThreeWay<Optional<Item>> of) {
    if (of.ours().isEmpty() || of.theirs().isEmpty()) {
      return of.merged();
    }
    Set<String> files = new TreeSet<>(of.ours().get().files());
    files.addAll(of.theirs().get().files());
    return Optional.of(new Item(of.map(it -> it.orElseThrow().name()).merged(), files));
  }

  private static boolean namesClash(Collection<Item> items) {
    return items.stream().map(Item::name).distinct().count() < items.size();
  }
}
