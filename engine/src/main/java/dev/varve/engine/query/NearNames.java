package dev.varve.engine.query;

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
        .sorted(Comparator.comparingInt((String other) -> distance(name, other)))
        .limit(SHOWN)
        .toList();
  }

  /** The distance from the whole name or from its last element, whichever is less. */
  private static int nearness(String name, String other) {
    String last = other.substring(other.lastIndexOf('.') + 1);
    return Math.min(distance(name, other), distance(name, last));
  }

  private static boolean contains(String name, String other) {
    return name.length() > 2 && QueryTree.fold(other).contains(QueryTree.fold(name));
  }

  /** Levenshtein's distance; upper and lower case are the same letter. */
  static int distance(String left, String right) {
    String a = QueryTree.fold(left);
    String b = QueryTree.fold(right);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
