package dev.varve.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Operations that arrive at a fixed rate, whether or not earlier ones are done, as those of many
 * independent users do.
 *
 * <p>Latency counts from the moment at which an operation should have begun: when the target
 * stalls, all that arrives meanwhile waits, and that wait is part of what is reported (there is no
 * coordinated omission). Every arrival is performed, so a target that is too slow for the rate
 * shows growing latencies and a throughput below the rate.
 */
final class OpenLoop {
  private final Target target;
  private final int clients;
  private final double perSecond;
  private final long[] next;

  /**
   * @param clients how many operations can be under way at once
   */
  OpenLoop(Target target, int clients, double perSecond) {
    this.target = target;
    this.clients = clients;
    this.perSecond = perSecond;
    this.next = new long[clients];
  }

  /** Runs {@code warmup} unmeasured, then {@code duration} measured, at the same rate. */
  Measurement run(Duration warmup, Duration duration) throws InterruptedException {
    arrive(warmup);
    Clients.Seen seen = arrive(duration);
    return new Measurement(target.name(), clients, perSecond, seen);
  }

  private Clients.Seen arrive(Duration duration) throws InterruptedException {
    AtomicLong arrivals = new AtomicLong();
    long all = Math.round(perSecond * duration.toNanos() / 1e9);
    return Clients.run(
        clients,
        (client, start, tally) -> {
          for (long arrival = arrivals.getAndIncrement();
              arrival < all;
              arrival = arrivals.getAndIncrement()) {
            long intended = start + Math.round(arrival * 1e9 / perSecond);
            waitUntil(intended);
            tally.perform(target, client, next[client]++, intended);
          }
        });
  }

  private static void waitUntil(long nanos) throws InterruptedException {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }
}
