package dev.varve.catalog;

import dev.varve.catalog.CatalogStatistics.Outcome;
import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.BlockCacheFigures;
import dev.varve.catalog.store.RocksBackups;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Measures a catalog's writes, and its store's. Safe for use by many threads. */
final class Measures {
  private final Map<Outcome, Tally> writes = new EnumMap<>(Outcome.class);
  private final Tally commitsPerSync = Tally.ofAmounts();
  private final Tally syncs = Tally.ofMicros();

  Measures() {
    for (Outcome outcome : Outcome.values()) {
      writes.put(outcome, Tally.ofMicros());
    }
  }

  /** Runs a write and counts what became of it. */
  <T> T write(Supplier<T> write) {
    long start = System.nanoTime();
    Outcome outcome = Outcome.FAILED;
    try {
      T result = write.get();
      outcome = Outcome.COMMITTED;
      return result;
    } catch (VarveException e) {
      outcome = outcome(e.code());
      throw e;
    } finally {
      writes.get(outcome).add(microsSince(start));
    }
  }

  private static Outcome outcome(ErrorCode code) {
    if (code == ErrorCode.BUSY) {
      return Outcome.BUSY;
    }
    return code.category() == ErrorCategory.CONFLICT ? Outcome.CONFLICT : Outcome.FAILED;
  }

  private static long microsSince(long start) {
    return (System.nanoTime() - start) / 1_000;
  }

  SortedMap<Outcome, Distribution> writes() {
    SortedMap<Outcome, Distribution> all = new TreeMap<>();
    writes.forEach((outcome, tally) -> all.put(outcome, tally.distribution()));
    return all;
  }

  Distribution commitsPerSync() {
    return commitsPerSync.distribution();
  }

  Distribution syncs() {
    return syncs.distribution();
  }

  /** The same store, its writes measured. */
  Store measured(Store store) {
    return new MeasuredStore(store);
  }

  private final class MeasuredStore implements Store {
    private final Store store;

    MeasuredStore(Store store) {
      this.store = store;
    }

    @Override
    public Optional<byte[]> get(Space space, byte[] key) {
      return store.get(space, key);
    }

    @Override
    public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
      return store.scan(space, from, to, limit);
    }

    @Override
    public Snapshot snapshot() {
      return store.snapshot();
    }

    @Override
    public void write(List<Change> changes) {
      long start = System.nanoTime();
      store.write(changes);
      syncs.add(microsSince(start));
      commitsPerSync.add(changes.stream().filter(it -> it.space() == Space.COMMITS).count());
    }

    @Override
    public RocksBackups.Entry backup(RocksBackups backups, String note) {
      return store.backup(backups, note);
    }

    @Override
    public SortedMap<String, Long> figures() {
      return store.figures();
    }

    @Override
    public Optional<BlockCacheFigures> blockCache() {
      return store.blockCache();
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
