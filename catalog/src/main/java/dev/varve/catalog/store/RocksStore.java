package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import java.io.File;
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
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
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
 * A store in a directory, on RocksDB, kept as {@link RocksOptions} says.
 *
 * <p>One process at a time; RocksDB's own lock file sees to that.
 */
public final class RocksStore implements Store {
  /** Room that is left on the disk: what RocksDB has in memory must have a place there. */
  private static final long RESERVE_BYTES = 2 * RocksOptions.WRITE_BUFFER_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(RocksStore.class);

  static {
    RocksDB.loadLibrary();
  }

  private final File directory;
  private final long reserveBytes;
  private final RocksOptions options;
  private final WriteOptions synced = new WriteOptions().setSync(true);
  private final ReadOptions newest = new ReadOptions();
  private final Map<Space, ColumnFamilyHandle> families = new EnumMap<>(Space.class);
  private final Map<Space, Integer> familyNumbers = new EnumMap<>(Space.class);
  private final SyncedMark mark;
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
    this(directory, RESERVE_BYTES, new RocksOptions());
  }

  /**
   * @param reserveBytes what must be free on the disk for a write
   * @param options closed with the store
   */
  RocksStore(Path directory, long reserveBytes, RocksOptions options) {
    this.directory = directory.toFile();
    this.reserveBytes = reserveBytes;
    this.options = options;
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try {
      mark = RocksOpening.mark(directory);
      db = RocksOpening.open(directory, mark, options, handles);
    } catch (RuntimeException e) {
      closeOptions();
      throw e;
    }
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
      // Of several writers each sees the number of a synced change: it is published after the sync.
      mark.raise(db.getLatestSequenceNumber());
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
  public Optional<BlockCacheFigures> blockCache() {
    use.readLock().lock();
    try {
      return closed ? Optional.empty() : Optional.of(options.blockCache());
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
