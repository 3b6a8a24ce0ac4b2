package dev.varve.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a load, one a client, which begin together. */
final class Clients {
  private Clients() {}

  /** What one client does until it is done; it notes what it sees in its tally. */
  interface Work {
    void run(int client, long startNanos, Tally tally) throws InterruptedException;
  }

  /** Runs all clients, and adds up what they saw. */
  static Seen run(int clients, Work work) throws InterruptedException {
    AtomicInteger names = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            clients, task -> new Thread(task, "client-" + names.getAndIncrement()));
    CountDownLatch ready = new CountDownLatch(clients);
    CompletableFuture<Long> start = new CompletableFuture<>();
    try {
      List<Future<Tally>> parts = new ArrayList<>();
      for (int number = 0; number < clients; number++) {
        int client = number;
        parts.add(
            threads.submit(
                () -> {
                  Tally tally = new Tally();
                  ready.countDown();
                  work.run(client, start.join(), tally);
                  return tally;
                }));
      }
      ready.await();
      long begin = System.nanoTime();
      start.complete(begin);
      Tally total = new Tally();
      for (Future<Tally> part : parts) {
        total.add(part.get());
      }
      return new Seen(total, System.nanoTime() - begin);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a client of the load died", e.getCause());
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  /**
   * What all clients saw together.
   *
   * @param elapsedNanos from the common start until the last one was done
   */
  record Seen(Tally tally, long elapsedNanos) {}
}
