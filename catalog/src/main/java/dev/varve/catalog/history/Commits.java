package dev.varve.catalog.history;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;

/** Reads commits, and keeps those used lately in a cache. Safe for use by many threads. */
public final class Commits {
  private final ObjectReader objects;
  private final CommitCache cache;

  /** Reads commits through a cache. */
  public Commits(ObjectReader objects, CommitCache cache) {
    this.objects = objects;
    this.cache = cache;
  }

  /** The same cache over another source, such as a write in progress. */
  public Commits over(ObjectReader source) {
    return new Commits(source, cache);
  }

  /**
   * The commit of this id.
   *
   * @throws dev.varve.catalog.error.VarveException if there is none or it is damaged
   */
  public Commit load(ObjectId id) {
    Commit cached = cache.find(id);
    if (cached != null) {
      return cached;
    }
    Commit commit = Commit.decode(id, objects.load(id, ObjectReader.Kind.COMMIT));
    cache.put(commit);
    return commit;
  }

  /** Keeps a commit that is about to be written, for those who will ask for it soon. */
  public void keep(Commit commit) {
    cache.put(commit);
  }
}
