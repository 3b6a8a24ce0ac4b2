package dev.varve.engine.table;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.function.Function;
import org.apache.iceberg.exceptions.CommitStateUnknownException;

/**
 * Work that writes files before the commit that names them: where it writes is noted in a record of
 * {@link OpenAttempts} before it does.
 */
public final class AnnouncedWork {
  private AnnouncedWork() {}

  /**
   * Runs work on tables that announce each location that they give out for a data file or a
   * manifest. The record goes when the work ends; it stays if files may be left that nobody else
   * knows of, because it is unknown whether the commit happened, or because some could not be
   * deleted after a failure.
   *
   * @param what the work, for people, on one line
   */
  public static <T> T run(Tables tables, String what, Function<Tables, T> work) {
    OpenAttempts.Announcement record = tables.attempts().begin(what);
    T result;
    try {
      result = work.apply(tables.announcing(record::announce));
    } catch (RuntimeException e) {
      if (isWhole(e)) {
        end(record, e);
      }
      throw e;
    }
    record.end();
    return result;
  }

  /** Whether nothing was committed and nothing is left. */
  private static boolean isWhole(RuntimeException failure) {
    boolean unknown =
        failure instanceof CommitStateUnknownException
            || (failure instanceof VarveException known
                && (known.code() == ErrorCode.OUTCOME_UNKNOWN
                    || known.code() == ErrorCode.STORE_FAILED));
    return !unknown && failure.getSuppressed().length == 0;
  }

  /** A record that cannot be deleted is no reason to hide why the work failed. */
  private static void end(OpenAttempts.Announcement record, RuntimeException why) {
    try {
      record.end();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }
}
