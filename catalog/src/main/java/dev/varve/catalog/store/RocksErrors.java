package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** RocksDB's failures as Varve's errors. */
final class RocksErrors {
  private static final String RESTORE = "restore the repository from a backup";

  /**
   * What RocksDB says of a write that failed before its record was whole, so that it is not one.
   */
  private static final String NOT_APPENDED = "While appending";

  private RocksErrors() {}

  /** The error of reading one key. */
  static VarveException reading(Space space, byte[] key, RocksDBException e) {
    if (!isCorruption(e)) {
      return failed(e);
    }
    if (space == Space.OBJECTS) {
      String id = Keys.idOf(key).hex();
      return new VarveException(
          ErrorCode.OBJECT_CORRUPT,
          "object '%s' is damaged: %s".formatted(id, e.getMessage()),
          RESTORE,
          Map.of("object", id),
          e);
    }
    return corrupt("its %s are damaged".formatted(space.text()), e);
  }

  /** The error of reading many keys of a space, which does not tell which one is damaged. */
  static VarveException scanning(Space space, RocksDBException e) {
    return isCorruption(e) ? corrupt("its %s are damaged".formatted(space.text()), e) : failed(e);
  }

  /** The error of anything that concerns the store as a whole. */
  static VarveException failed(RocksDBException e) {
    if (isCorruption(e)) {
      return corrupt("a file of it is damaged", e);
    }
    return new VarveException(
        ErrorCode.STORE_FAILED,
        "the store failed: " + e.getMessage(),
        "check the disk and the server's log",
        Map.of(),
        e);
  }

  /**
   * The error of a write. One for which there was no room was cut off within its log record, which
   * is then dropped when the log is read, or was refused because of an earlier one: it is known not
   * to have happened. A failing sync leaves it open.
   */
  static VarveException writing(RocksDBException e) {
    if (FullDisk.caused(e) && e.getMessage().contains(NOT_APPENDED)) {
      return FullDisk.error("the disk is full", e);
    }
    return new VarveException(
        ErrorCode.OUTCOME_UNKNOWN,
        "the store failed while it wrote: " + e.getMessage(),
        "read the branch and its reflog before trying again",
        Map.of(),
        e);
  }

  private static VarveException corrupt(String what, RocksDBException e) {
    return new VarveException(
        ErrorCode.STORE_CORRUPT,
        "cannot read the store, %s: %s".formatted(what, e.getMessage()),
        RESTORE,
        Map.of(),
        e);
  }

  static boolean isCorruption(RocksDBException e) {
    return e.getStatus() != null && e.getStatus().getCode() == Status.Code.Corruption;
  }
}
