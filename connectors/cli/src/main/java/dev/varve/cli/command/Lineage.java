package dev.varve.cli.command;

import dev.varve.client.Commit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who descends from whom among the commits that are shown, when others between them are left out.
 */
final class Lineage {
  /** Every commit is shown. */
  static final Lineage AS_RECORDED = new Lineage(Map.of());

  private final Map<String, List<String>> parents;

  private Lineage(Map<String, List<String>> parents) {
    this.parents = parents;
  }

  /**
   * Finds the nearest shown ancestors of each shown commit.
   *
   * @param all the whole history, children before parents
   */
  static Lineage of(Iterable<Commit> all, List<Commit> shown) {
    Set<String> visible = new LinkedHashSet<>();
    shown.forEach(commit -> visible.add(commit.id()));
    Deque<Commit> oldestFirst = new ArrayDeque<>();
    all.forEach(oldestFirst::push);
    Map<String, List<String>> nearest = new HashMap<>();
    for (Commit commit : oldestFirst) {
      Set<String> found = new LinkedHashSet<>();
      for (String parent : commit.parents()) {
        if (visible.contains(parent)) {
          found.add(parent);
        } else {
          found.addAll(nearest.getOrDefault(parent, List.of()));
        }
      }
      nearest.put(commit.id(), withoutAncestors(found, nearest));
    }
    nearest.keySet().retainAll(visible);
    return new Lineage(nearest);
  }

  // A commit that another one of the list already leads to needs no line of its own.
  private static List<String> withoutAncestors(Set<String> ids, Map<String, List<String>> nearest) {
    if (ids.size() < 2) {
      return List.copyOf(ids);
    }
    Set<String> ancestors = new LinkedHashSet<>();
    Deque<String> queue = new ArrayDeque<>(ids);
    while (!queue.isEmpty()) {
      for (String parent : nearest.getOrDefault(queue.pop(), List.of())) {
        if (ancestors.add(parent)) {
          queue.push(parent);
        }
      }
    }
    List<String> kept = new ArrayList<>(ids);
    kept.removeAll(ancestors);
    return List.copyOf(kept);
  }

  List<String> parents(Commit commit) {
    return parents.getOrDefault(commit.id(), this == AS_RECORDED ? commit.parents() : List.of());
  }
}
