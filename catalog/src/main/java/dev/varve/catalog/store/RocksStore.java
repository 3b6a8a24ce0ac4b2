package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a directory, on RocksDB: a column family for each space, the objects' values in blob
 * files, since their keys are hashes and would be rewritten by every compaction.
 *
 * <p>One process at a time; RocksDB's own lock file sees to that.
 */
public final class RocksStore implements Store {
  private static final long BLOCK_CACHE_BYTES = 64L << 20;
  private static final long WRITE_BUFFER_BYTES = 32L << 20;
  private static final long MAX_WAL_BYTES = 128L << 20;

  /** Values from this size on lie in blob files. */
  private static final long MIN_BLOB_BYTES = 64;

  /** Room that is left on the disk: what RocksDB has in memory must have a place there. */
  private static final long RESERVE_BYTES = 2 * WRITE_BUFFER_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);

  static {
    RocksDB.loadLibrary();
  }

  private final File directory;
  private final long reserveBytes;
  private final Cache blockCache = new LRUCache(BLOCK_CACHE_BYTES);
  private final BloomFilter bloomFilter = new BloomFilter(10);
  private final DBOptions options;
  private final List<ColumnFamilyOptions> familyOptions = new ArrayList<>();
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final ReadOptions newest = new ReadOptions();
  private final Map<Space, ColumnFamilyHandle> families = new EnumMap<>(Space.class);
  private final Map<Space, Integer> familyNumbers = new EnumMap<>(Space.class);
  private final RocksDB db;

  // Native memory must not be freed under a reader's feet.
  private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * Opens the store in {@code directory}, and creates it if it is not there.
   *
   * @throws VarveException with {@code STORE_LOCKED} if another process has it open
   */
  public RocksStore(Path directory) {
    this(directory, RESERVE_BYTES);
  }

  RocksStore(Path directory, long reserveBytes) {
    this.directory = directory.toFile();
    this.reserveBytes = reserveBytes;
    options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setMaxTotalWalSize(MAX_WAL_BYTES)
            .setKeepLogFileNum(5)
            .setMaxLogFileSize(4L << 20);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    descriptors.add(family(RocksDB.DEFAULT_COLUMN_FAMILY, plain()));
    for (Space space : Space.values()) {
      byte[] name = space.text().getBytes(StandardCharsets.UTF_8);
      descriptors.add(family(name, space == Space.OBJECTS ? blobs() : plain()));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    db = open(directory, descriptors, handles);
    Iterator<ColumnFamilyHandle> opened = handles.iterator();
    opened.next().close();
    for (Space space : Space.values()) {
      ColumnFamilyHandle handle = opened.next();
      families.put(space, handle);
      familyNumbers.put(space, handle.getID());
    }
  }

  @Override
  public Optional<byte[]> get(Space space, byte[] key) {
    return get(newest, space, key);
  }

  private Optional<byte[]> get(ReadOptions when, Space space, byte[] key) {
    use.readLock().lock();
    try {
      requireOpen();
      return Optional.ofNullable(db.get(families.get(space), when, key));
    } catch (RocksDBException e) {
      throw RocksErrors.reading(space, key, e);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
    try (ReadOptions now = new ReadOptions()) {
      return scan(now, space, from, to, limit);
    }
  }

  private List<Pair> scan(ReadOptions when, Space space, byte[] from, byte[] to, int limit) {
    use.readLock().lock();
    try {
      requireOpen();
      List<Pair> pairs = new ArrayList<>();
      try (Slice end = new Slice(to)) {
        when.setIterateUpperBound(end);
        try (RocksIterator iterator = db.newIterator(families.get(space), when)) {
          iterator.seek(from);
          while (iterator.isValid() && pairs.size() < limit) {
            pairs.add(new Pair(iterator.key(), iterator.value()));
            iterator.next();
          }
          iterator.status();
        }
      }
      return pairs;
    } catch (RocksDBException e) {
      throw RocksErrors.scanning(space, e);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public Snapshot snapshot() {
    use.readLock().lock();
    try {
      requireOpen();
      return new Moment(db.getSnapshot());
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public RocksBackups.Entry backup(RocksBackups backups, String note) {
    // Held until it is done: a store that is being copied is not closed.
    use.readLock().lock();
    try {
      requireOpen();
      return backups.create(db, note);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public void write(List<Change> changes) {
    byte[] batch = SerializedBatch.of(changes, familyNumbers::get);
    use.readLock().lock();
    try {
      requireOpen();
      requireRoom();
      write(batch);
    } catch (RocksDBException e) {
      throw RocksErrors.writing(e);
    } finally {
      use.readLock().unlock();
    }
  }

  private void write(byte[] serialized) throws RocksDBException {
    try (WriteBatch batch = new WriteBatch(serialized)) {
      db.write(synced, batch);
    }
  }

  @Override
  public SortedMap<String, Long> figures() {
    use.readLock().lock();
    try {
      return closed ? Collections.emptySortedMap() : RocksFigures.of(db, families.values());
    } catch (RocksDBException e) {
      throw RocksErrors.failed(e);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      flush();
      families.values().forEach(ColumnFamilyHandle::close);
      db.closeE();
      closeOptions();
    } catch (RocksDBException e) {
      throw RocksErrors.failed(e);
    } finally {
      use.writeLock().unlock();
    }
  }

  /** Empties the log, which the next opening would read again: half a second for 100 MiB. */
  private void flush() {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait, List.copyOf(families.values()));
    } catch (RocksDBException e) {
      LOG.warn("The store was closed without a flush, its log is read at the next start", e);
    }
  }

  private RocksDB open(
      Path directory, List<ColumnFamilyDescriptor> descriptors, List<ColumnFamilyHandle> handles) {
    try {
      Files.createDirectories(directory);
      return RocksDB.open(options, directory.toString(), descriptors, handles);
    } catch (RocksDBException e) {
      closeOptions();
      String message = String.valueOf(e.getMessage());
      if (message.contains("While lock file") || message.contains("lock hold by")) {
        throw new VarveException(
            ErrorCode.STORE_LOCKED,
            "the data directory '%s' is in use by another process".formatted(directory),
            "stop the other server, or choose another directory",
            Map.of("directory", directory.toString()),
            e);
      }
      if (message.contains("Column families not opened")) {
        throw new VarveException(
            ErrorCode.STORE_FORMAT,
            "the store in '%s' has spaces that this version does not know".formatted(directory),
            "it was written by a newer version of Varve; update this one",
            Map.of("directory", directory.toString()),
            e);
      }
      throw RocksErrors.failed(e);
    } catch (IOException e) {
      closeOptions();
      throw new VarveException(
          ErrorCode.STORE_FAILED,
          "cannot create the directory '%s'".formatted(directory),
          "check that its parent exists and can be written",
          Map.of("directory", directory.toString()),
          e);
    }
  }

  private ColumnFamilyDescriptor family(byte[] name, ColumnFamilyOptions options) {
    familyOptions.add(options);
    return new ColumnFamilyDescriptor(name, options);
  }

  private ColumnFamilyOptions plain() {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig().setBlockCache(blockCache).setFilterPolicy(bloomFilter);
    return new ColumnFamilyOptions()
        .setTableFormatConfig(table)
        .setWriteBufferSize(WRITE_BUFFER_BYTES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  private ColumnFamilyOptions blobs() {
    return plain()
        .setEnableBlobFiles(true)
        .setMinBlobSize(MIN_BLOB_BYTES)
        // Nodes are mostly hashes: ZSTD leaves 1 % less on disk, and takes three times as long.
        .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
        // Objects do not die by themselves: to collect would move old ones at every compaction.
        .setEnableBlobGarbageCollection(false);
  }

  /**
   * Leaves room for what RocksDB writes later on its own, so that it never stops for want of it.
   */
  private void requireRoom() {
    long free = directory.getUsableSpace();
    if (free < reserveBytes) {
      throw FullDisk.error(
          "%d MiB are free on the disk of '%s', of which %d are kept in reserve"
              .formatted(free >> 20, directory, reserveBytes >> 20),
          null);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new VarveException(ErrorCode.SHUTTING_DOWN, "the store is closed");
    }
  }

  private void closeOptions() {
    synced.close();
    newest.close();
    options.close();
    familyOptions.forEach(ColumnFamilyOptions::close);
    bloomFilter.close();
    blockCache.close();
  }

  /** The store as it was when RocksDB's snapshot was taken. */
  private final class Moment implements Snapshot {
    private final org.rocksdb.Snapshot snapshot;

    // Guarded by this: a reader may not see the snapshot go.
    private boolean released;

    Moment(org.rocksdb.Snapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public synchronized Optional<byte[]> get(Space space, byte[] key) {
      try (ReadOptions then = then()) {
        return RocksStore.this.get(then, space, key);
      }
    }

    @Override
    public synchronized List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
      try (ReadOptions then = then()) {
        return RocksStore.this.scan(then, space, from, to, limit);
      }
    }

    private ReadOptions then() {
      if (released) {
        throw new IllegalStateException("the snapshot is closed");
      }
      // What a walk over everything reads would drive out what others need.
      return new ReadOptions().setSnapshot(snapshot).setFillCache(false);
    }

    @Override
    public synchronized void close() {
      use.readLock().lock();
      try {
        // With the store its snapshots are gone.
        if (!released && !closed) {
          db.releaseSnapshot(snapshot);
        }
        released = true;
      } finally {
        use.readLock().unlock();
      }
    }
  }
}
