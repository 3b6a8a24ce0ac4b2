package dev.varve.catalog.history;

import dev.varve.catalog.object.ObjectId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the commits that one commit was made on and another was not. Walks down by generation and
 * ends where only common history is left.
 */
final class CommitRange {
  private final Function<ObjectId, Commit> commits;
  private final Ancestry ancestry;
  private final PriorityQueue<Commit> queue = new PriorityQueue<>(LogWalk.NEWEST_FIRST);
  private final Map<ObjectId, Boolean> excludedById = new HashMap<>();

  /** Queued commits that are not excluded so far; when there are none, none can follow. */
  private final Set<ObjectId> wanted = new HashSet<>();

  CommitRange(Function<ObjectId, Commit> commits, Ancestry ancestry) {
    this.commits = commits;
    this.ancestry = ancestry;
  }

  List<Commit> between(ObjectId excluded, ObjectId from) {
    enqueue(from, false);
    enqueue(excluded, true);
    List<Commit> range = new ArrayList<>();
    while (!wanted.isEmpty()) {
      Commit commit = queue.remove();
      boolean isExcluded = excludedById.remove(commit.id());
      wanted.remove(commit.id());
      if (!isExcluded) {
        range.add(commit);
      }
      if (isExcluded || ancestry == Ancestry.ALL) {
        commit.parents().forEach(parent -> enqueue(parent, isExcluded));
      } else {
        commit.firstParent().ifPresent(parent -> enqueue(parent, false));
      }
    }
    return range;
  }

  private void enqueue(ObjectId id, boolean excluded) {
    Boolean known = excludedById.get(id);
    if (known == null) {
      queue.add(commits.apply(id));
    }
    boolean isExcluded = excluded || Boolean.TRUE.equals(known);
    excludedById.put(id, isExcluded);
    if (isExcluded) {
      wanted.remove(id);
    } else {
      wanted.add(id);
    }
  }
}
