package dev.varve.engine.history;

import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The commits among which the first bad one is: the newest is bad, and what they were made on
 * outside of them is good.
 *
 * <p>Asks next about the commit that leaves the fewest suspects whatever the answer, as Git does:
 * on a line of history the one in the middle. O(suspects) for each question, and O(suspects ·
 * merges) where lines of history come together among them. Not safe for use by several threads.
 */
final class Suspects {
  private final List<Commit> commits;
  private final Map<ObjectId, Integer> places = new HashMap<>();
  private final int[][] parents;
  private final BitSet left;

  /**
   * @param commits all suspects, each before those that it was made on; at least one
   * @param ancestry which parents count
   */
  Suspects(List<Commit> commits, Ancestry ancestry) {
    this.commits = List.copyOf(commits);
    this.parents = new int[commits.size()][];
    this.left = new BitSet(commits.size());
    left.set(0, commits.size());
    for (int at = 0; at < commits.size(); at++) {
      places.put(commits.get(at).id(), at);
    }
    for (int at = 0; at < commits.size(); at++) {
      List<ObjectId> all = commits.get(at).parents();
      parents[at] =
          (ancestry == Ancestry.ALL ? all : all.subList(0, Math.min(1, all.size())))
              .stream().filter(places::containsKey).mapToInt(places::get).toArray();
    }
  }

  int count() {
    return left.cardinality();
  }

  /** The one that is left, or the newest of those that are. */
  Commit newest() {
    return commits.get(left.nextSetBit(0));
  }

  /** The commit to ask about next; there must be several. */
  Commit middle() {
    int count = count();
    int[] weights = new int[commits.size()];
    int best = -1;
    int bestGain = -1;
    for (int at = left.previousSetBit(commits.size()); at >= 0; at = left.previousSetBit(at - 1)) {
      int[] within = IntStream.of(parents[at]).filter(left::get).toArray();
      weights[at] = within.length < 2 ? after(within, weights) : ancestors(at).cardinality();
      int gain = Math.min(weights[at], count - weights[at]);
      if (gain > bestGain) {
        best = at;
        bestGain = gain;
      }
      if (gain == count / 2) {
        break;
      }
    }
    return commits.get(best);
  }

  private static int after(int[] parent, int[] weights) {
    return parent.length == 0 ? 1 : weights[parent[0]] + 1;
  }

  /** The check broke at {@code commit} or before. */
  void bad(Commit commit) {
    left.and(ancestors(places.get(commit.id())));
  }

  /** The check held at {@code commit}, and so before. */
  void good(Commit commit) {
    left.andNot(ancestors(places.get(commit.id())));
  }

  /** A suspect and those of the suspects that it was made on. */
  private BitSet ancestors(int from) {
    BitSet found = new BitSet(commits.size());
    Deque<Integer> next = new ArrayDeque<>(List.of(from));
    found.set(from);
    while (!next.isEmpty()) {
      for (int parent : parents[next.pop()]) {
        if (left.get(parent) && !found.get(parent)) {
          found.set(parent);
          next.push(parent);
        }
      }
    }
    return found;
  }
}
