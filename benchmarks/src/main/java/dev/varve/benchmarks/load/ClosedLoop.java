package dev.varve.benchmarks.load;

import java.time.Duration;

/**
 * Clients that each send the next operation as soon as the last one is done.
 *
 * <p>A closed loop measures throughput; its latencies hide the wait that a client with a schedule
 * of its own would see.
 */
final class ClosedLoop {
  private final Target target;
  private final int clients;
  private final long[] next;

  ClosedLoop(Target target, int clients) {
    this.target = target;
    this.clients = clients;
    this.next = new long[clients];
  }

  /** Runs {@code warmup} unmeasured, then {@code duration} measured. */
  Measurement run(Duration warmup, Duration duration) throws InterruptedException {
    loop(warmup);
    Clients.Seen seen = loop(duration);
    return new Measurement(target.name(), clients, Measurement.CLOSED, seen);
  }

  private Clients.Seen loop(Duration duration) throws InterruptedException {
    return Clients.run(
        clients,
        (client, start, tally) -> {
          long end = start + duration.toNanos();
          for (long now = start; now < end; now = System.nanoTime()) {
            tally.perform(target, client, next[client]++, now);
          }
        });
  }
}
