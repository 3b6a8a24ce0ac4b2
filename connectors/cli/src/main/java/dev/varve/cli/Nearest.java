package dev.varve.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the known word that a person most likely meant. */
final class Nearest {
  private Nearest() {}

  /** The candidate with the fewest slips, at most one in three letters and at least one allowed. */
  static Optional<String> to(String word, Collection<String> candidates) {
    int limit = Math.max(1, word.length() / 3);
    return candidates.stream()
        .filter(candidate -> slips(word, candidate) <= limit)
        .min(
            Comparator.comparingInt((String candidate) -> slips(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Insertions, removals, replacements and swaps of neighbours, each counting one. */
  private static int slips(String a, String b) {
    int[][] slips = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        slips[i][j] = i == 0 || j == 0 ? i + j : fewest(slips, a, i, b, j);
      }
    }
    return slips[a.length()][b.length()];
  }

  private static int fewest(int[][] slips, String a, int i, String b, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int fewest = Math.min(slips[i - 1][j], slips[i][j - 1]) + 1;
    fewest = Math.min(fewest, slips[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(fewest, slips[i - 2][j - 2] + 1) : fewest;
  }
}
