package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.ingest.IngestProgress.Phase;
import dev.varve.engine.sql.DuckSession;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells a listener, several times a second, how far the statement is that a session runs. When the
 * listener fails, because whoever listened is gone, the statement is cancelled.
 */
final class ProgressWatch {
  private static final long EVERY_MILLIS = 200;

  private final DuckSession session;
  private final OptionalLong rows;
  private final ProgressListener listener;
  private final CountDownLatch stop = new CountDownLatch(1);

  /** Completes when the listener hears nothing more; with its failure, if it failed. */
  private final CompletableFuture<Optional<RuntimeException>> end = new CompletableFuture<>();

  private ProgressWatch(DuckSession session, OptionalLong rows, ProgressListener listener) {
    this.session = session;
    this.rows = rows;
    this.listener = listener;
    Thread thread = new Thread(this::run, "ingest-progress");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Does {@code work}; when this returns, the listener hears nothing more of it. If the work fails
   * after the listener did, the listener's failure is thrown.
   *
   * @param rows how many rows there are to process, if that is known. DuckDB's own count is of use
   *     for neither text, whose rows it cannot know, nor a sort, which counts each twice.
   */
  static <T> T during(
      Supplier<T> work, DuckSession session, OptionalLong rows, ProgressListener listener) {
    ProgressWatch watch = new ProgressWatch(session, rows, listener);
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw watch.stop().orElse(e);
    } finally {
      watch.stop();
    }
  }

  private void run() {
    Optional<RuntimeException> failure = Optional.empty();
    try {
      while (!isStopped()) {
        session.progress().ifPresent(this::tell);
      }
    } catch (RuntimeException e) {
      failure = Optional.of(e);
      cancelUntilStopped();
    } finally {
      end.complete(failure);
    }
  }

  private void tell(double percent) {
    long done = Math.round(rows.orElse(0) * percent / 100);
    listener.progress(new IngestProgress(Phase.WRITE, 0, done, percent));
  }

  /** Not once: the first time may come between two statements. */
  private void cancelUntilStopped() {
    do {
      try {
        session.cancel();
      } catch (VarveException e) {
        // The statement has just ended.
      }
    } while (!isStopped());
  }

  /** Waits a little. */
  private boolean isStopped() {
    try {
      return stop.await(EVERY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Does not interrupt the thread, which may be in the middle of a write to a client. */
  private Optional<RuntimeException> stop() {
    stop.countDown();
    return end.join();
  }
}
