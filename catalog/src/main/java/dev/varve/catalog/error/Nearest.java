package dev.varve.catalog.error;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the known names that a person most likely meant. */
public final class Nearest {
  /** Longer names are no slip of the hand, and their distance would cost too much. */
  private static final int MAX_LENGTH = 64;

  private static final int SHOWN = 3;

  private Nearest() {}

  /** The first of {@link #all}, to ask "did you mean". */
  public static Optional<String> to(String name, Collection<String> candidates) {
    return all(name, candidates).stream().findFirst();
  }

  /**
   * The candidates with a small edit distance to {@code name}, at most a third of its length and at
   * least one edit allowed; the nearest first, three at the most.
   */
  public static List<String> all(String name, Collection<String> candidates) {
    if (name.length() > MAX_LENGTH) {
      return List.of();
    }
    int limit = Math.max(1, name.length() / 3);
    return candidates.stream()
        .filter(candidate -> distance(name, candidate) <= limit)
        .sorted(
            Comparator.comparingInt((String candidate) -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .toList();
  }

  /** The question to a person: {@code did you mean 'a' or 'b'?} */
  public static String question(Collection<String> names) {
    return names.stream()
        .map(name -> "'" + name + "'")
        .collect(joining(" or ", "did you mean ", "?"));
  }

  /**
   * Insertions, removals, replacements and swaps of neighbours, each counting one; upper and lower
   * case are the same letter.
   */
  public static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
        best = Math.min(best, edits[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        edits[i][j] = swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
      }
    }
    return edits[a.length()][b.length()];
  }
}
