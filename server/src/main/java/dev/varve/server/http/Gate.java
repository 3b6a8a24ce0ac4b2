package dev.varve.server.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets a bounded number of requests in at once, and tells the others to come back. */
final class Gate {
  private final String what;
  private final int size;
  private final Semaphore places;
  private final Duration wait;

  Gate(String what, int places, Duration wait) {
    this.what = what;
    this.size = places;
    this.places = new Semaphore(places, true);
    this.wait = wait;
  }

  /** How many are inside now. */
  int inside() {
    return size - places.availablePermits();
  }

  /** What is done inside. */
  @FunctionalInterface
  interface Work<E extends Exception> {
    void run() throws E;
  }

  /**
   * Waits for a place and does {@code work} in it.
   *
   * @throws RequestRefused if no place became free in time; nothing was done
   */
  <E extends Exception> void pass(Work<E> work) throws E {
    enter();
    try {
      work.run();
    } finally {
      places.release();
    }
  }

  private void enter() {
    try {
      if (!places.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RequestRefused(
                HttpErrorCode.BUSY,
                "too many " + what + " run already",
                "nothing was done; wait a little and send it again")
            .with("Retry-After", "1");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequestRefused(HttpErrorCode.SHUTTING_DOWN, "the server is stopping");
    }
  }
}
