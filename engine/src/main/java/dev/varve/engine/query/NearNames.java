package dev.varve.engine.query;

import dev.varve.catalog.error.Nearest;
import java.util.Comparator;
import java.util.List;

/** Finds names that somebody may have meant. */
final class NearNames {
  private static final int SHOWN = 3;

  private NearNames() {}

  /** Those of {@code names} that are nearly {@code name}, the nearest first. */
  static List<String> of(String name, List<String> names) {
    int most = Math.max(2, name.length() / 3);
    return names.stream()
        .filter(other -> nearness(name, other) <= most || contains(name, other))
        .sorted(Comparator.comparingInt((String other) -> Nearest.distance(name, other)))
        .limit(SHOWN)
        .toList();
  }

  /** The distance from the whole name or from its last element, whichever is less. */
  private static int nearness(String name, String other) {
    String last = other.substring(other.lastIndexOf('.') + 1);
    return Math.min(Nearest.distance(name, other), Nearest.distance(name, last));
  }

  private static boolean contains(String name, String other) {
    return name.length() > 2 && QueryTree.fold(other).contains(QueryTree.fold(name));
  }
}
