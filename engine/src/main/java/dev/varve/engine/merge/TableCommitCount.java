package dev.varve.engine.merge;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogWalk;
import dev.varve.catalog.merge.ContentVersion;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.tree.Content;
import java.util.List;
import java.util.Optional;

/** Counts the commits of one side that changed a content, for messages. */
final class TableCommitCount {
  /** A longer history is not walked for a message. */
  private static final int MAX_WALKED = 10_000;

  private final Repository repository;

  TableCommitCount(Repository repository) {
    this.repository = repository;
  }

  /**
   * Counts along first parents; one lookup per commit.
   *
   * @return empty if the side does not follow on base, as in a revert, or lies too far from it
   */
  Optional<Integer> between(ContentVersion base, ContentVersion side) {
    if (!repository.graph().isAncestor(base.commit(), side.commit())) {
      return Optional.empty();
    }
    long generation = repository.commit(base.commit()).generation();
    LogWalk walk = repository.graph().log(List.of(side.commit()), Ancestry.FIRST_PARENT);
    int count = 0;
    for (int walked = 0; walk.hasNext(); walked++) {
      Commit commit = walk.next();
      if (commit.generation() <= generation) {
        return Optional.of(count);
      }
      if (walked == MAX_WALKED) {
        return Optional.empty();
      }
      count += changes(commit, side) ? 1 : 0;
    }
    return Optional.of(count);
  }

  private boolean changes(Commit commit, ContentVersion side) {
    return !content(commit.id(), side)
        .equals(commit.firstParent().flatMap(parent -> content(parent, side)));
  }

  private Optional<Content> content(ObjectId commit, ContentVersion side) {
    return repository.tree(commit).get(side.key());
  }
}
