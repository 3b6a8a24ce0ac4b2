package dev.varve.catalog.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.store.Store.Change;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;
import org.rocksdb.WriteOptions;

/** RocksDB itself counts how often it synced its log: once for each write of a store. */
class SyncTest {
  static {
    RocksDB.loadLibrary();
  }

  @TempDir Path directory;

  @Test
  void eachWriteIsSyncedOnceHoweverManyChangesItHas() {
    RocksOptions options = new RocksOptions();
    Statistics counted = options.statistics();
    try (Store store = new RocksStore(directory, 0, options)) {
      for (int size : new int[] {1, 2, 300}) {
        long before = syncs(counted);
        store.write(changes(size));
        assertThat(syncs(counted) - before).as("%d changes", size).isEqualTo(1);
      }
    }
  }

  /** The count tells a write that is synced from one that is not. */
  @Test
  void aWriteThatIsNotSyncedIsNotCounted() throws RocksDBException {
    try (Statistics statistics = new Statistics();
        Options options = new Options().setCreateIfMissing(true).setStatistics(statistics);
        WriteOptions synced = new WriteOptions().setSync(true);
        WriteOptions unsynced = new WriteOptions();
        RocksDB db = RocksDB.open(options, directory.toString())) {
      long before = syncs(statistics);
      db.put(unsynced, StoreContract.bytes("a"), StoreContract.bytes("1"));
      assertThat(syncs(statistics)).isEqualTo(before);
      db.put(synced, StoreContract.bytes("b"), StoreContract.bytes("2"));
      assertThat(syncs(statistics)).isEqualTo(before + 1);
    }
  }

  private static long syncs(Statistics statistics) {
    return statistics.getTickerCount(TickerType.WAL_FILE_SYNCED);
  }

  private static List<Change> changes(int count) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(
          new Change(
              Space.TAGS,
              StoreContract.bytes("t" + i),
              Optional.of(StoreContract.bytes(count + "/" + i))));
    }
    return changes;
  }
}
