package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogWalk;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commits of one side of a merge that changed what is at a key, for messages. One instance
 * serves the messages of one merge, which together walk a bounded number of commits.
 */
final class SideCommits {
  /** A longer history is not walked for messages. */
  private static final int MAX_WALKED = 10_000;

  private final Repository repository;
  private final Map<List<ObjectId>, Boolean> follows = new HashMap<>();
  private int walked;

  SideCommits(Repository repository) {
    this.repository = repository;
  }

  /**
   * All of them since base, newest first, along first parents; one lookup per commit.
   *
   * @return empty if the side does not follow on base, as in a revert, or lies too far from it
   */
  Optional<List<ObjectId>> all(ObjectId base, ObjectId side, Key key) {
    return find(base, side, key, Integer.MAX_VALUE);
  }

  /** The newest of them, if it is known. */
  Optional<ObjectId> newest(ObjectId base, ObjectId side, Key key) {
    return find(base, side, key, 1).flatMap(found -> found.stream().findFirst());
  }

  private Optional<List<ObjectId>> find(ObjectId base, ObjectId side, Key key, int limit) {
    if (walked > MAX_WALKED || !follows(side, base)) {
      return Optional.empty();
    }
    long generation = repository.commit(base).generation();
    LogWalk walk = repository.graph().log(List.of(side), Ancestry.FIRST_PARENT);
    List<ObjectId> found = new ArrayList<>();
    while (walk.hasNext() && found.size() < limit) {
      Commit commit = walk.next();
      if (commit.generation() <= generation) {
        break;
      }
      if (walked++ == MAX_WALKED) {
        return Optional.empty();
      }
      if (changes(commit, key)) {
        found.add(commit.id());
      }
    }
    return Optional.of(found);
  }

  private boolean follows(ObjectId side, ObjectId base) {
    return follows.computeIfAbsent(
        List.of(base, side), it -> repository.graph().isAncestor(base, side));
  }

  private boolean changes(Commit commit, Key key) {
    return !content(commit.id(), key)
        .equals(commit.firstParent().flatMap(parent -> content(parent, key)));
  }

  private Optional<Content> content(ObjectId commit, Key key) {
    return repository.tree(commit).get(key);
  }
}
