package dev.varve.catalog.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactionStyle;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.HistogramType;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;

/**
 * How RocksDB keeps a store: a column family for each space, the objects' values in blob files,
 * since their keys are hashes and would be rewritten by every compaction.
 *
 * <p>Native memory: to be closed after the database.
 */
final class RocksOptions implements AutoCloseable {
  /** What one column family holds in memory before it is written to a file. */
  static final long WRITE_BUFFER_BYTES = 32L << 20;

  private static final long BLOCK_CACHE_BYTES = 64L << 20;
  private static final long MAX_WAL_BYTES = 128L << 20;

  /** Files of hashed keys that may pile up before some are merged: each costs a lookup a filter. */
  private static final int FILES_BEFORE_MERGE = 8;

  /** Values from this size on lie in blob files. */
  private static final long MIN_BLOB_BYTES = 64;

  private final Statistics statistics = counts();

  /** One for all families. */
  private final Cache blockCache = new LRUCache(BLOCK_CACHE_BYTES);

  private final BloomFilter bloomFilter = new BloomFilter(10);
  private final DBOptions database;
  private final List<ColumnFamilyOptions> familyOptions = new ArrayList<>();
  private final List<ColumnFamilyDescriptor> families = new ArrayList<>();

  RocksOptions() {
    database =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setMaxTotalWalSize(MAX_WAL_BYTES)
            // Everything up to the first record that is not whole. Whether more was acknowledged is
            // for SyncedMark to say: RocksDB cannot tell damage from a write that was cut off.
            .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
            .setKeepLogFileNum(5)
            .setMaxLogFileSize(4L << 20)
            .setStatistics(statistics);
    add(RocksDB.DEFAULT_COLUMN_FAMILY, plain());
    for (Space space : Space.values()) {
      byte[] name = space.text().getBytes(StandardCharsets.UTF_8);
      add(name, options(space));
    }
  }

  /**
   * Counts only, at some 100 ns of the 3 µs of a read: to time each operation would cost more than
   * what it is wanted for.
   */
  private static Statistics counts() {
    EnumSet<HistogramType> all = EnumSet.allOf(HistogramType.class);
    all.remove(HistogramType.HISTOGRAM_ENUM_MAX);
    Statistics counts = new Statistics(all); // which are left out
    counts.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    return counts;
  }

  /** What RocksDB counts since it was opened with these options. */
  Statistics statistics() {
    return statistics;
  }

  BlockCacheFigures blockCache() {
    return new BlockCacheFigures(
        statistics.getTickerCount(TickerType.BLOCK_CACHE_HIT),
        statistics.getTickerCount(TickerType.BLOCK_CACHE_MISS),
        blockCache.getUsage(),
        BLOCK_CACHE_BYTES);
  }

  DBOptions database() {
    return database;
  }

  /** RocksDB's default family, which is not used, then one for each space in their order. */
  List<ColumnFamilyDescriptor> families() {
    return families;
  }

  @Override
  public void close() {
    database.close();
    familyOptions.forEach(ColumnFamilyOptions::close);
    bloomFilter.close();
    blockCache.close();
    statistics.close();
  }

  private void add(byte[] name, ColumnFamilyOptions options) {
    familyOptions.add(options);
    families.add(new ColumnFamilyDescriptor(name, options));
  }

  private ColumnFamilyOptions options(Space space) {
    return switch (space) {
      case OBJECTS -> blobs();
      case COMMITS -> hashed();
      case META, BRANCHES, TAGS, REF_NAMES, REFLOG, COUNTERS -> plain();
    };
  }

  private ColumnFamilyOptions plain() {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig().setBlockCache(blockCache).setFilterPolicy(bloomFilter);
    return new ColumnFamilyOptions()
        .setTableFormatConfig(table)
        .setWriteBufferSize(WRITE_BUFFER_BYTES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  /** Each new file has keys between all others: levels would be written anew with every few. */
  private ColumnFamilyOptions hashed() {
    return plain()
        .setCompactionStyle(CompactionStyle.UNIVERSAL)
        .setLevel0FileNumCompactionTrigger(FILES_BEFORE_MERGE);
  }

  private ColumnFamilyOptions blobs() {
    return hashed()
        .setEnableBlobFiles(true)
        .setMinBlobSize(MIN_BLOB_BYTES)
        // Nodes are mostly hashes: ZSTD leaves 1 % less on disk, and takes three times as long.
        .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
        // Objects do not die by themselves: to collect would move old ones at every compaction.
        .setEnableBlobGarbageCollection(false);
  }
}
