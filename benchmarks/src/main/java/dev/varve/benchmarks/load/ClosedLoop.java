package dev.varve.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * Clients that each send the next operation as soon as the last one is done.
 *
 * <p>A closed loop measures throughput; its latencies hide the wait that a client with a schedule
 * of its own would see.
 */
final class ClosedLoop {
  /** Latencies are kept to three digits. */
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Target target;
  private final int clients;

  ClosedLoop(Target target, int clients) {
    this.target = target;
    this.clients = clients;
  }

  /** Runs {@code warmup} unmeasured, then {@code duration} measured. */
  Measurement run(Duration warmup, Duration duration) throws InterruptedException {
    long[] next = new long[clients];
    loop(next, warmup);
    return loop(next, duration);
  }

  private Measurement loop(long[] next, Duration duration) throws InterruptedException {
    AtomicInteger names = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            clients, task -> new Thread(task, "client-" + names.getAndIncrement()));
    CountDownLatch start = new CountDownLatch(1);
    try {
      List<Future<Measurement>> parts = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        parts.add(threads.submit(client(client, next, duration, start)));
      }
      start.countDown();
      Measurement total = Measurement.none(target.name(), clients);
      for (Future<Measurement> part : parts) {
        total = total.plus(part.get());
      }
      return total;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client of the load died", e.getCause());
    } finally {
      threads.shutdown();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private Callable<Measurement> client(
      int client, long[] next, Duration duration, CountDownLatch start) {
    return () -> {
      Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
      long failures = 0;
      start.await();
      long begin = System.nanoTime();
      long end = begin + duration.toNanos();
      long now = begin;
      while (now < end) {
        boolean done = attempt(client, next[client]++);
        long after = System.nanoTime();
        if (done) {
          latencies.recordValue((after - now) / 1_000);
        } else {
          failures++;
        }
        now = after;
      }
      return new Measurement(target.name(), clients, latencies, failures, now - begin);
    };
  }

  private boolean attempt(int client, long sequence) throws InterruptedException {
    try {
      target.perform(client, sequence);
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      return false;
    }
  }
}
