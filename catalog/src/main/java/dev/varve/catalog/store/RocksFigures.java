package dev.varve.catalog.store;

import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.LogFile;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What RocksDB says of itself, in bytes. */
final class RocksFigures {
  private RocksFigures() {}

  static SortedMap<String, Long> of(RocksDB db, Collection<ColumnFamilyHandle> families)
      throws RocksDBException {
    SortedMap<String, Long> figures = new TreeMap<>();
    figures.put("live-data", sum(db, families, "rocksdb.estimate-live-data-size"));
    figures.put("live-blobs", sum(db, families, "rocksdb.live-blob-file-size"));
    figures.put("blobs", sum(db, families, "rocksdb.total-blob-file-size"));
    figures.put("memtables", sum(db, families, "rocksdb.cur-size-all-mem-tables"));
    figures.put(
        "pending-compaction", sum(db, families, "rocksdb.estimate-pending-compaction-bytes"));
    figures.put("wal", db.getSortedWalFiles().stream().mapToLong(LogFile::sizeFileBytes).sum());
    return figures;
  }

  private static long sum(RocksDB db, Collection<ColumnFamilyHandle> families, String property)
      throws RocksDBException {
    long sum = 0;
    for (ColumnFamilyHandle family : families) {
      sum += db.getLongProperty(family, property);
    }
    return sum;
  }
}
