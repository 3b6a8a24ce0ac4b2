package dev.varve.engine.history;

import dev.varve.catalog.Repository;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.object.ObjectId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Commits to look at, the newest first, each once: none before a commit that was made on it, so
 * that all that is to be known of a commit from those is known when its turn comes.
 */
final class CommitQueue {
  private static final Comparator<Commit> NEWEST_FIRST =
      Comparator.comparingLong(Commit::generation)
          .thenComparing(Commit::time)
          .reversed()
          .thenComparing(Commit::id);

  private final Repository repository;
  private final PriorityQueue<Commit> queue = new PriorityQueue<>(NEWEST_FIRST);
  private final Set<ObjectId> queued = new HashSet<>();

  CommitQueue(Repository repository) {
    this.repository = repository;
  }

  void add(ObjectId id) {
    if (queued.add(id)) {
      queue.add(repository.commit(id));
    }
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  Commit next() {
    Commit commit = queue.remove();
    queued.remove(commit.id());
    return commit;
  }

  Optional<LogCursor> cursor() {
    List<ObjectId> waiting = queue.stream().sorted(NEWEST_FIRST).map(Commit::id).toList();
    return waiting.isEmpty() ? Optional.empty() : Optional.of(new LogCursor(waiting));
  }
}
