package dev.varve.catalog.history;

import dev.varve.catalog.object.ObjectId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;

/**
 * Commits from the newest to the oldest: by generation, then by time. So a commit never comes
 * before one that was made on it. Not safe for use by several threads.
 *
 * <p>Keeps only the commits that come next on each line of history; these are also all that a
 * cursor holds, so that a next page costs what it shows.
 */
public final class LogWalk implements Iterator<Commit> {
  static final Comparator<Commit> NEWEST_FIRST =
      Comparator.comparingLong(Commit::generation)
          .thenComparing(Commit::time)
          .reversed()
          .thenComparing(Commit::id);

  private final Function<ObjectId, Commit> commits;
  private final Ancestry ancestry;
  private final PriorityQueue<Commit> queue = new PriorityQueue<>(NEWEST_FIRST);

  /** What is in the queue. What has left it cannot come back: it has a higher generation. */
  private final Set<ObjectId> queued = new HashSet<>();

  LogWalk(Function<ObjectId, Commit> commits, Collection<ObjectId> from, Ancestry ancestry) {
    this.commits = commits;
    this.ancestry = ancestry;
    from.forEach(this::enqueue);
  }

  @Override
  public boolean hasNext() {
    return !queue.isEmpty();
  }

  @Override
  public Commit next() {
    Commit commit = queue.remove();
    queued.remove(commit.id());
    switch (ancestry) {
      case ALL -> commit.parents().forEach(this::enqueue);
      case FIRST_PARENT -> commit.firstParent().ifPresent(this::enqueue);
    }
    return commit;
  }

  /** Where the walk is, for another walk to go on from; empty at the end. */
  public Optional<LogCursor> cursor() {
    List<ObjectId> frontier = queue.stream().sorted(NEWEST_FIRST).map(Commit::id).toList();
    return frontier.isEmpty() ? Optional.empty() : Optional.of(new LogCursor(frontier));
  }

  /** Whether a commit of this generation, or a higher one, may still come. */
  boolean mayReach(long generation) {
    return !queue.isEmpty() && queue.element().generation() >= generation;
  }

  private void enqueue(ObjectId id) {
    if (queued.add(id)) {
      queue.add(commits.apply(id));
    }
  }
}
