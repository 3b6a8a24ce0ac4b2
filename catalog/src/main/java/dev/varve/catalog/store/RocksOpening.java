package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens RocksDB without losing what was acknowledged: its log is read and compared with the {@link
 * SyncedMark} before anything is changed.
 */
final class RocksOpening {
  private RocksOpening() {}

  /** The mark of the store in {@code directory}, which is made if it is not there. */
  static SyncedMark mark(Path directory) {
    try {
      Files.createDirectories(directory);
      return SyncedMark.open(directory);
    } catch (IOException e) {
      throw new VarveException(
          ErrorCode.STORE_FAILED,
          "cannot use the directory '%s': %s".formatted(directory, e),
          "check that it or its parent exists and can be written, and that the disk has room",
          Map.of("directory", directory.toString()),
          e);
    }
  }

  /**
   * Opens the database.
   *
   * @param handles gets one for each of the options' families
   * @throws VarveException if another process has it open, a newer version wrote it, or it holds
   *     less than was synced; nothing is changed then
   */
  static RocksDB open(
      Path directory, SyncedMark mark, RocksOptions options, List<ColumnFamilyHandle> handles) {
    try {
      if (mark.number() > 0 && hasLog(directory)) {
        requireReadable(directory, mark, options);
      }
      RocksDB db =
          RocksDB.open(options.database(), directory.toString(), options.families(), handles);
      try {
        mark.requireReached(db.getLatestSequenceNumber());
        return db;
      } catch (VarveException e) {
        handles.forEach(ColumnFamilyHandle::close);
        db.close();
        throw e;
      }
    } catch (RocksDBException e) {
      throw failed(directory, e);
    }
  }

  /** Reads what is there, without changing it. */
  private static void requireReadable(Path directory, SyncedMark mark, RocksOptions options)
      throws RocksDBException {
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    // One family is enough: all share the log.
    List<ColumnFamilyDescriptor> first = options.families().subList(0, 1);
    try (RocksDB db =
        RocksDB.openReadOnly(options.database(), directory.toString(), first, handles)) {
      handles.forEach(ColumnFamilyHandle::close);
      mark.requireReached(db.getLatestSequenceNumber());
    } catch (RocksDBException e) {
      if (RocksErrors.isCorruption(e)) {
        throw e;
      }
      // Another process may have the store open and move its files: opening it will say so.
    }
  }

  /** A store that was closed left nothing in its log. */
  private static boolean hasLog(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".log") && file.toFile().length() > 0);
    } catch (IOException e) {
      return true; // RocksDB says more clearly what is wrong
    }
  }

  private static VarveException failed(Path directory, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    Map<String, String> details = Map.of("directory", directory.toString());
    if (message.contains("While lock file") || message.contains("lock hold by")) {
      return new VarveException(
          ErrorCode.STORE_LOCKED,
          "the data directory '%s' is in use by another process".formatted(directory),
          "stop the other server, or choose another directory",
          details,
          e);
    }
    if (message.contains("Column families not opened")) {
      return new VarveException(
          ErrorCode.STORE_FORMAT,
          "the store in '%s' has spaces that this version does not know".formatted(directory),
          "it was written by a newer version of Varve; update this one",
          details,
          e);
    }
    return RocksErrors.failed(e);
  }
}
