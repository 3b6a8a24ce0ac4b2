package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.Closeable;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Ordered key-value spaces. Keys order as unsigned bytes. Reads are safe from many threads; a
 * failing store throws {@link dev.varve.catalog.error.VarveException} with {@code STORE_FAILED}, or
 * with {@code OBJECT_CORRUPT} or {@code STORE_CORRUPT} where it finds damage.
 */
public interface Store extends View, Closeable {

  /** The store as it is now, whatever is written afterwards. */
  Snapshot snapshot();

  /**
   * Writes all of {@code changes} or none, and returns when they would survive a loss of power.
   *
   * @throws dev.varve.catalog.error.VarveException with {@code OUTCOME_UNKNOWN} if the write failed
   *     in a way that leaves open whether it is on disk, or with {@code STORAGE_FULL} if there was
   *     no room for it and it is not
   */
  void write(List<Change> changes);

  /** What an operator may want to see of the store, in bytes, by name; empty if closed. */
  default SortedMap<String, Long> figures() {
    return Collections.emptySortedMap();
  }

  /** What its cache of blocks did; empty if it has none, or is closed. */
  default Optional<BlockCacheFigures> blockCache() {
    return Optional.empty();
  }

  /**
   * Adds a backup of all that was written before this was called.
   *
   * @param note kept with the backup
   * @throws dev.varve.catalog.error.VarveException with {@code UNSUPPORTED} if this kind of store
   *     has no backups of its own
   */
  default RocksBackups.Entry backup(RocksBackups backups, String note) {
    throw new VarveException(ErrorCode.UNSUPPORTED, "this kind of store has no backups");
  }

  @Override
  void close();

  /** An entry of a space. */
  record Pair(byte[] key, byte[] value) {}

  /**
   * One change of a space.
   *
   * @param value what will be at {@code key}, or empty if nothing
   */
  record Change(Space space, byte[] key, Optional<byte[]> value) {}
}
