package dev.varve.engine.merge;

import dev.varve.engine.merge.Choice.ValueKind;
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
      Optional<String> decided =
          value.conflicts() ? differs(name, value, conflicts) : value.merged();
      decided.ifPresent(text -> merged.put(name, text));
    }
    return merged;
  }

  private static Optional<String> differs(
      String name, ThreeWay<Optional<String>> value, Conflicts conflicts) {
    ThreeWay<String> seen = value.map(it -> it.map(text -> "'" + text + "'").orElse("removed"));
    Problem problem =
        new Problem(
            "property-differs",
            "property '%s' of '%s' is %s %s and %s %s"
                .formatted(
                    name,
                    conflicts.table(),
                    seen.ours(),
                    conflicts.verb().inOurs(),
                    seen.theirs(),
                    conflicts.verb().inTheirs()),
            "make it alike on both branches, then merge again",
            Map.of("property", name, "ours", seen.ours(), "theirs", seen.theirs()));
    return conflicts
        .ask(
            problem,
            Options.ofSides("property '" + name + "'", seen).orValue(ValueKind.TEXT),
            answer -> true)
        .map(answer -> answer.value().or(() -> value.of(answer.winner())))
        .orElseGet(value::merged);
  }
}
