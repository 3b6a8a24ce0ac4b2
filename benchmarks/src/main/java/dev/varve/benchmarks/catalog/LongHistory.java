package dev.varve.benchmarks.catalog;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.RocksStore;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store.Change;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a lake with a long history in seconds: below the catalog, straight into the store, where a
 * batch of commits is one write. Every tenth commit merges a line of three others.
 */
final class LongHistory {
  private static final int COMMITS_PER_WRITE = 10_000;
  private static final int COMMITS_PER_MERGE = 10;
  private static final int COMMITS_OF_SIDE = 3;

  /** The number of the first repository of a store. */
  private static final Keys KEYS = new Keys(1);

  private final RocksStore store;
  private final List<Change> changes = new ArrayList<>();
  private int made;
  private Instant time = Instant.parse("2026-01-01T00:00:00Z");

  private LongHistory(RocksStore store) {
    this.store = store;
  }

  /**
   * Writes a lake with a number of tables and then of commits.
   *
   * @return the last commit, which no ref holds yet
   */
  static ObjectId write(Path directory, int keys, int commits) {
    Commit head;
    try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
      Repository lake = catalog.create(RepositoryName.LAKE);
      SampleKeys.fill(lake, keys);
      head = lake.commit(lake.refs().load(RefName.MAIN).commitId());
    }
    try (RocksStore store = new RocksStore(directory)) {
      return new LongHistory(store).append(head, commits).id();
    }
  }

  private Commit append(Commit from, int commits) {
    Commit head = from;
    while (made < commits) {
      Commit base = head;
      head = commit(List.of(head));
      if (made % COMMITS_PER_MERGE < COMMITS_OF_SIDE) {
        Commit side = base;
        for (int i = 0; i < COMMITS_OF_SIDE; i++) {
          side = commit(List.of(side));
        }
        head = commit(List.of(head, side));
      }
    }
    flush();
    return head;
  }

  private Commit commit(List<Commit> parents) {
    time = time.plusSeconds(1);
    Commit commit =
        Commit.create(parents.get(0).tree(), parents, SampleKeys.details("commit " + made++), time);
    byte[] key = KEYS.object(commit.id());
    changes.add(new Change(Space.OBJECTS, key, Optional.of(commit.encode())));
    changes.add(new Change(Space.COMMITS, key, Optional.of(new byte[] {1})));
    if (changes.size() >= 2 * COMMITS_PER_WRITE) {
      flush();
    }
    return commit;
  }

  private void flush() {
    store.write(changes);
    changes.clear();
  }
}
