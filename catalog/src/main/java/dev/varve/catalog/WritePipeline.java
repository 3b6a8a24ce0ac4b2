package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.WriteSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The one writer of a repository: takes writes in order, applies each to what the one before it
 * left, and makes a batch of them durable with one synced write (group commit).
 *
 * <p>Two stages overlap: while one batch is synced, the next is applied on top of it. Each stage
 * has one owner at a time, so a write that has read a head knows that it still stands. A caller
 * that finds both stages idle goes through them itself; else the pipeline's threads do.
 *
 * <p>Nothing is answered before what it rests on is durable, refusals included. A write that fails
 * leaves nothing and does not touch its neighbours. If a sync fails, the outcome of its writes is
 * open; those applied on top of it are applied again to what the store holds. What waits is bounded
 * in number and in bytes: one write more is refused as busy.
 */
final class WritePipeline implements AutoCloseable {
  /** Applied between two looks at whether the other stage is free: a fraction of a sync. */
  private static final int WRITES_AT_A_TIME = 8;

  private final Store store;
  private final CatalogSettings settings;
  private final Consumer<Layer> durable;
  private final Thread applier;
  private final Thread syncer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition applierNeeded = lock.newCondition();
  private final Condition syncerNeeded = lock.newCondition();

  // All that follows is guarded by the lock; the batches belong to the owner of their stage.
  private final Deque<QueuedWrite<?>> queue = new ArrayDeque<>();

  /** In the queue or applied, but not yet on the way to the disk. */
  private int waiting;

  private long waitingBytes;

  /** Whether the first stage has an owner, who alone may touch the open batch. */
  private boolean applying;

  /** Applied, and waiting for the second stage. */
  private WriteBatch open;

  /** In the second stage. */
  private WriteBatch syncing;

  private boolean closed;

  /**
   * @param durable is given what each batch made, once that is in the store
   */
  WritePipeline(String name, Store store, CatalogSettings settings, Consumer<Layer> durable) {
    this.store = store;
    this.settings = settings;
    this.durable = durable;
    this.applier = new Thread(this::applyAll, "writer-" + name);
    this.syncer = new Thread(this::syncAll, "syncer-" + name);
    applier.start();
    syncer.start();
  }

  /**
   * Applies a write and returns its result once it is durable.
   *
   * @param bytes about how much memory it holds while it waits
   * @param change reads and changes the write set; what it throws reaches the caller, and its
   *     changes are dropped. May run more than once, each time on what the store holds then.
   * @param queued runs on the caller's thread once the write has its place: what is written later
   *     is applied after it. Must be short; not run if the write is refused before that
   * @throws VarveException with {@link ErrorCode#BUSY} if too much is waiting, or {@link
   *     ErrorCode#PAYLOAD_TOO_LARGE} if this write alone is more than may wait
   */
  <T> T write(long bytes, BiFunction<WriteSet, Layer, T> change, Runnable queued) {
    requireSize(bytes);
    QueuedWrite<T> write = new QueuedWrite<>(change, bytes, Thread.currentThread());
    boolean mine = enqueue(write);
    try {
      queued.run();
    } finally {
      if (mine) {
        applyAndSync(write);
      }
    }
    return write.join();
  }

  /** How many writes are waiting: accepted, and not yet on the way to the disk. */
  int queued() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Finishes the writes that wait, then stops. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      applierNeeded.signal();
      syncerNeeded.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (applier.isAlive() || syncer.isAlive()) {
      try {
        applier.join();
        syncer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes a write in; true if both stages were idle, and the caller now owns the first. */
  private boolean enqueue(QueuedWrite<?> write) {
    lock.lock();
    try {
      if (closed) {
        throw new VarveException(ErrorCode.SHUTTING_DOWN, "the repository is being closed");
      }
      boolean idle = waiting == 0 && syncing == null;
      if (waiting >= settings.queuedWrites()
          || waitingBytes + write.bytes() > settings.queuedBytes()) {
        throw new VarveException(
            ErrorCode.BUSY,
            "too many writes are waiting",
            "nothing was written; retry in a moment");
      }
      waiting++;
      waitingBytes += write.bytes();
      if (idle) {
        applying = true;
      } else {
        queue.add(write);
        wakeApplier();
      }
      return idle;
    } finally {
      lock.unlock();
    }
  }

  private void requireSize(long bytes) {
    if (bytes > settings.writeBytes()) {
      throw new VarveException(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "a write of %,d bytes is too large: at most %,d".formatted(bytes, settings.writeBytes()),
          "split it into several commits");
    }
  }

  /** Takes a write through both stages on its caller's thread. */
  private void applyAndSync(QueuedWrite<?> write) {
    WriteBatch batch = new WriteBatch(store, null);
    batch.apply(write);
    lock.lock();
    try {
      applying = false;
      startSync(batch);
    } finally {
      lock.unlock();
    }
    sync(batch);
  }

  /**
   * While a sync is under way there is time: waking the applier for each write alone would cost
   * more than to apply it.
   */
  private void wakeApplier() {
    if (syncing == null || queue.size() >= WRITES_AT_A_TIME) {
      applierNeeded.signal();
    }
  }

  /** The first stage's thread. */
  private void applyAll() {
    lock.lock();
    try {
      while (!isDrained()) {
        if (mayApply()) {
          applySome();
        }
        wakeOwners();
        if (!mayApply()) {
          applierNeeded.awaitUninterruptibly();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** A batch that can be synced at once is not kept waiting for more to be applied. */
  private boolean mayApply() {
    return !applying
        && !queue.isEmpty()
        && (open == null || (syncing != null && open.hasRoom(settings)));
  }

  private boolean maySync() {
    return !applying && open != null && syncing == null;
  }

  private boolean isDrained() {
    return closed && waiting == 0 && syncing == null;
  }

  /** Wakes whoever is to go on when a stage has become free. */
  private void wakeOwners() {
    if (maySync() || isDrained()) {
      syncerNeeded.signal();
    }
    if ((mayApply() && open == null) || isDrained()) {
      applierNeeded.signal();
    }
  }

  /** Applies the next writes to the open batch. The lock is not held meanwhile. */
  private void applySome() {
    if (open == null) {
      open = new WriteBatch(store, syncing);
    }
    WriteBatch batch = open;
    List<QueuedWrite<?>> next = new ArrayList<>(WRITES_AT_A_TIME);
    while (next.size() < WRITES_AT_A_TIME && !queue.isEmpty()) {
      next.add(queue.remove());
    }
    applying = true;
    lock.unlock();
    try {
      next.forEach(batch::apply);
    } finally {
      lock.lock();
      applying = false;
    }
    if (batch.restsOnFailure()) {
      applyAgain(batch.members());
      open = null;
    }
  }

  /** The second stage's thread. */
  private void syncAll() {
    while (true) {
      WriteBatch batch;
      lock.lock();
      try {
        while (!maySync()) {
          if (isDrained()) {
            applierNeeded.signal();
            return;
          }
          syncerNeeded.awaitUninterruptibly();
        }
        batch = open;
        open = null;
        startSync(batch);
      } finally {
        lock.unlock();
      }
      sync(batch);
    }
  }

  private void startSync(WriteBatch batch) {
    // What it was applied on is durable by now: syncs are done one after the other.
    batch.standOnStore();
    syncing = batch;
    waiting -= batch.members().size();
    waitingBytes -= batch.bytes();
    wakeApplier();
  }

  private void sync(WriteBatch batch) {
    VarveException failure = write(batch);
    try {
      if (failure == null) {
        // Still on its turn: those who are answered ask again at once, and must not wake the first
        // stage for each write alone.
        batch.answer(null);
        durable.accept(batch.layer());
      }
    } finally {
      endSync(batch, failure);
    }
    if (failure != null) {
      batch.answer(failure);
    }
  }

  private void endSync(WriteBatch batch, VarveException failure) {
    lock.lock();
    try {
      if (failure != null) {
        giveUp(batch);
      }
      syncing = null;
      wakeOwners();
    } finally {
      lock.unlock();
    }
  }

  /** What was applied on a batch that is lost, or was refused because of it, is applied again. */
  private void giveUp(WriteBatch batch) {
    batch.fail();
    if (open != null && !applying) {
      applyAgain(open.members());
      open = null;
    }
    List<QueuedWrite<?>> refused = batch.takeRefused();
    refused.forEach(write -> waitingBytes += write.bytes());
    waiting += refused.size();
    applyAgain(refused);
  }

  /** Makes a batch durable; what it returns is null, or why that failed. */
  private VarveException write(WriteBatch batch) {
    try {
      if (!batch.layer().writes().isEmpty()) {
        store.write(batch.layer().writes().changes());
      }
      return null;
    } catch (RuntimeException | Error e) {
      // Whatever it was, the callers must hear of it and the pipeline must go on.
      return e instanceof VarveException known ? known : unknownOutcome(e);
    }
  }

  /** Puts writes back to the head of the queue, since what they were applied on is lost. */
  private void applyAgain(List<QueuedWrite<?>> writes) {
    for (int i = writes.size() - 1; i >= 0; i--) {
      queue.addFirst(writes.get(i));
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
}
