package dev.varve.catalog.error;

import java.util.Map;
import java.util.Optional;

/** Tells a full disk from other failures. */
public final class FullDisk {
  /** What the system calls it, in the messages of Java, RocksDB and DuckDB alike. */
  private static final String NO_SPACE = "No space left on device";

  private FullDisk() {}

  /** Whether a failure is, or was caused by, a disk that has no room for more. */
  public static boolean caused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(NO_SPACE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The failure as the error that says so, if a full disk caused it and nothing was written: an
   * unknown outcome stays unknown.
   */
  public static Optional<VarveException> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof VarveException known
          && (known.code() == ErrorCode.OUTCOME_UNKNOWN
              || known.code() == ErrorCode.STORAGE_FULL)) {
        return Optional.empty();
      }
    }
    return caused(failure) ? Optional.of(error("the disk is full", failure)) : Optional.empty();
  }

  /**
   * An error that says that nothing was written for want of room.
   *
   * @param cause the failure below, or null
   */
  public static VarveException error(String why, Throwable cause) {
    return new VarveException(
        ErrorCode.STORAGE_FULL,
        "cannot write: " + why,
        "nothing was written, and reading goes on; make room on the disk, then retry",
        Map.of(),
        cause);
  }
}
