package dev.varve.engine.ingest;

import dev.varve.engine.ingest.IngestProgress.Phase;
import dev.varve.engine.sql.DuckSession;
import java.util.function.Supplier;

/** Tells a listener, several times a second, how far the statement is that a session runs. */
final class ProgressWatch {
  private static final long EVERY_MILLIS = 200;

  private final DuckSession session;
  private final ProgressListener listener;
  private final Thread thread;

  private ProgressWatch(DuckSession session, ProgressListener listener) {
    this.session = session;
    this.listener = listener;
    this.thread = new Thread(this::run, "ingest-progress");
    thread.setDaemon(true);
    thread.start();
  }

  /** Does {@code work}; when this returns, the listener hears nothing more of it. */
  static <T> T during(Supplier<T> work, DuckSession session, ProgressListener listener) {
    ProgressWatch watch = new ProgressWatch(session, listener);
    try {
      return work.get();
    } finally {
      watch.stop();
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY_MILLIS);
        session
            .progress()
            .ifPresent(
                now ->
                    listener.progress(
                        new IngestProgress(Phase.WRITE, 0, now.rows(), now.percent())));
      }
    } catch (InterruptedException e) {
      // It was stopped.
    } catch (RuntimeException e) {
      // Nobody listens any more; whoever ingests finds that out by itself.
    }
  }

  private void stop() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
