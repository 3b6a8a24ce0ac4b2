package dev.varve.engine.merge;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Merges named texts, each by itself. */
final class PropertiesMerge {
  private PropertiesMerge() {}

  /** Merges the properties of a namespace, which both sides may have created. */
  static SortedMap<String, String> ofNamespace(
      ThreeWay<SortedMap<String, String>> sides, Conflicts conflicts) {
    return merge(
        ThreeWay.of(sides.base().orElseGet(TreeMap::new), sides.ours(), sides.theirs()), conflicts);
  }

  static SortedMap<String, String> merge(
      ThreeWay<? extends Map<String, String>> sides, Conflicts conflicts) {
    TreeSet<String> names = new TreeSet<>(sides.ours().keySet());
    names.addAll(sides.theirs().keySet());
    SortedMap<String, String> merged = new TreeMap<>();
    for (String name : names) {
      ThreeWay<Optional<String>> value = sides.map(side -> Optional.ofNullable(side.get(name)));
      if (value.conflicts()) {
        differs(name, value, conflicts);
      }
      value.merged().ifPresent(text -> merged.put(name, text));
    }
    return merged;
  }

  private static void differs(String name, ThreeWay<Optional<String>> value, Conflicts conflicts) {
    String ours = value.ours().map(text -> "'" + text + "'").orElse("removed");
    String theirs = value.theirs().map(text -> "'" + text + "'").orElse("removed");
    conflicts.add(
        "property-differs",
        "property '%s' of '%s' is %s %s and %s %s"
            .formatted(
                name,
                conflicts.table(),
                ours,
                conflicts.verb().inOurs(),
                theirs,
                conflicts.verb().inTheirs()),
        "make it alike on both branches, then merge again",
        Map.of("property", name, "ours", ours, "theirs", theirs));
  }
}
