package dev.varve.engine.diff;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A named value before and after; empty where it was not set. */
public record ValueChange(Optional<String> before, Optional<String> after) {
  static ValueChange of(String before, String after) {
    return new ValueChange(Optional.ofNullable(before), Optional.ofNullable(after));
  }

  /** The names whose values differ, in order. */
  static SortedMap<String, ValueChange> between(
      Map<String, String> before, Map<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    SortedMap<String, ValueChange> changes = new TreeMap<>();
    for (String name : names) {
      if (!Objects.equals(before.get(name), after.get(name))) {
        changes.put(name, of(before.get(name), after.get(name)));
      }
    }
    return changes;
  }
}
