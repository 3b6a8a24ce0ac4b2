package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.WriteSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The one writer of a repository: takes writes in order, applies each to what the one before it
 * left, and makes a batch of them durable with one synced write (group commit).
 *
 * <p>Only its own thread changes the repository, so a write that has read a head knows that it
 * still stands. A write that fails leaves nothing and does not touch its neighbours. The queue is
 * bounded: one write more is refused as busy.
 */
final class WritePipeline implements AutoCloseable {
  private final Store store;
  private final BlockingQueue<Write<?>> queue;
  private final int batchSize;
  private final Thread thread;
  private final Object gate = new Object();
  private boolean closed;

  WritePipeline(String name, Store store, CatalogSettings settings) {
    this.store = store;
    this.queue = new ArrayBlockingQueue<>(settings.queuedWrites());
    this.batchSize = settings.writesPerSync();
    this.thread = new Thread(this::run, "writer-" + name);
    thread.start();
  }

  /**
   * Applies a write and returns its result once it is durable.
   *
   * @param change reads and changes the write set; what it throws reaches the caller, and its
   *     changes are dropped
   * @throws VarveException with {@link ErrorCode#BUSY} if the queue is full
   */
  <T> T write(Function<WriteSet, T> change) {
    Write<T> write = new Write<>(change);
    synchronized (gate) {
      if (closed) {
        throw new VarveException(ErrorCode.SHUTTING_DOWN, "the repository is being closed");
      }
      if (!queue.offer(write)) {
        throw new VarveException(
            ErrorCode.BUSY,
            "too many writes are waiting",
            "nothing was written; retry in a moment");
      }
    }
    return write.join();
  }

  /** How many writes are waiting. */
  int queued() {
    return queue.size();
  }

  /** Finishes the writes that wait, then stops. */
  @Override
  public void close() {
    synchronized (gate) {
      if (!closed) {
        closed = true;
        thread.interrupt();
      }
    }
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

  private void run() {
    List<Write<?>> batch = new ArrayList<>(batchSize);
    while (takeInto(batch)) {
      apply(batch);
      batch.clear();
    }
  }

  /** Waits for writes; false once the pipeline is closed and the queue is empty. */
  private boolean takeInto(List<Write<?>> batch) {
    while (queue.drainTo(batch, batchSize) == 0) {
      if (isClosed() && queue.isEmpty()) {
        return false;
      }
      try {
        batch.add(queue.take());
        queue.drainTo(batch, batchSize - 1);
        return true;
      } catch (InterruptedException e) {
        // Only close interrupts: whether there is more to do is looked up again above.
      }
    }
    return true;
  }

  private boolean isClosed() {
    synchronized (gate) {
      return closed;
    }
  }

  private void apply(List<Write<?>> batch) {
    WriteSet all = new WriteSet(store);
    List<Write<?>> applied = new ArrayList<>(batch.size());
    for (Write<?> write : batch) {
      if (write.applyTo(all)) {
        applied.add(write);
      }
    }
    try {
      if (!all.isEmpty()) {
        store.write(all.changes());
      }
      applied.forEach(Write::succeed);
    } catch (RuntimeException | Error e) {
      // Whatever it was, the callers must hear of it and the thread must go on.
      VarveException failure = e instanceof VarveException known ? known : unknownOutcome(e);
      applied.forEach(write -> write.fail(failure));
    }
  }

  private static VarveException unknownOutcome(Throwable cause) {
    return new VarveException(
        ErrorCode.OUTCOME_UNKNOWN,
        "the store failed while it wrote: " + cause,
        "read the branch and its reflog before trying again",
        Map.of(),
        cause);
  }

  /** A write and what became of it. */
  private static final class Write<T> {
    private final Function<WriteSet, T> change;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private T result;

    Write(Function<WriteSet, T> change) {
      this.change = change;
    }

    boolean applyTo(WriteSet batch) {
      WriteSet mine = new WriteSet(batch);
      try {
        result = change.apply(mine);
      } catch (RuntimeException | Error e) {
        fail(e);
        return false;
      }
      mine.mergeInto(batch);
      return true;
    }

    void succeed() {
      outcome.complete(result);
    }

    void fail(Throwable cause) {
      outcome.completeExceptionally(cause);
    }

    T join() {
      try {
        return outcome.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof VarveException failure) {
          throw failure;
        }
        throw new VarveException(
            ErrorCode.INTERNAL, "a write failed: " + e.getCause(), null, Map.of(), e);
      }
    }
  }
}
