package dev.varve.catalog.history;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.varve.catalog.object.ObjectId;
import java.util.Map;

/**
 * Commits that were used lately, within a bound of memory. Safe for use by many threads.
 *
 * <p>As ids name content, one cache serves any number of repositories. It says nothing of which of
 * them a commit belongs to: for that, ask the store.
 */
public final class CommitCache {
  /** What a commit takes besides its texts and parents: two ids, a time, authors, headers. */
  private static final int COMMIT_BYTES = 600;

  /** An id with its headers and the cell that refers to it. */
  private static final int PARENT_BYTES = 56;

  /** A text's header, and for a property the node of its map. */
  private static final int TEXT_BYTES = 56;

  private final Cache<ObjectId, Commit> commits;

  /**
   * @param bytes how much memory the commits may take together, about
   */
  public CommitCache(long bytes) {
    commits =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((ObjectId id, Commit commit) -> weight(commit))
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** The cache, to be looked at; its weight is in bytes. */
  public Cache<?, ?> asCache() {
    return commits;
  }

  /** The commit of this id, or null if it is not kept. */
  Commit find(ObjectId id) {
    return commits.getIfPresent(id);
  }

  void put(Commit commit) {
    commits.put(commit.id(), commit);
  }

  static int weight(Commit commit) {
    long bytes = COMMIT_BYTES + (long) PARENT_BYTES * commit.parents().size();
    bytes += text(commit.message()) + text(commit.author().name());
    for (Map.Entry<String, String> property : commit.properties().entrySet()) {
      bytes += text(property.getKey()) + text(property.getValue());
    }
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  /** At most: Java keeps texts of Latin letters in half of this. */
  private static long text(String text) {
    return TEXT_BYTES + 2L * text.length();
  }
}
