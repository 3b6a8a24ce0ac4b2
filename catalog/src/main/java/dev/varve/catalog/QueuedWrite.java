package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.WriteSet;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * A write that a {@link WritePipeline} was given, and what became of it.
 *
 * @param <T> what it answers
 */
final class QueuedWrite<T> {
  private final BiFunction<WriteSet, Layer, T> change;
  private final long bytes;
  private final Thread caller;

  // Written by the owners of the stages, which hand over through the lock.
  private T result;
  private Throwable failure;

  private volatile boolean answered;

  /**
   * @param change reads and changes the write set; may run more than once
   * @param bytes about how much memory it holds while it waits
   * @param caller who waits for the answer
   */
  QueuedWrite(BiFunction<WriteSet, Layer, T> change, long bytes, Thread caller) {
    this.change = change;
    this.bytes = bytes;
    this.caller = caller;
  }

  long bytes() {
    return bytes;
  }

  /** Changes the layer, or keeps why that was refused; in place of what it did before. */
  void applyTo(Layer batch) {
    WriteSet mine = new WriteSet(batch.writes());
    try {
      result = change.apply(mine, batch);
      failure = null;
    } catch (RuntimeException | Error e) {
      failure = e;
      return;
    }
    mine.mergeInto(batch.writes());
  }

  boolean isRefused() {
    return failure != null;
  }

  /**
   * Lets the caller go on.
   *
   * @param syncFailure why it is not known whether it is durable, or null if it is
   */
  void answer(VarveException syncFailure) {
    if (syncFailure != null) {
      failure = syncFailure;
    }
    answered = true;
    LockSupport.unpark(caller);
  }

  /**
   * Waits for the answer, whatever interrupts it.
   *
   * @throws VarveException if the write was refused, or its sync failed
   */
  T join() {
    boolean interrupted = false;
    while (!answered) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure == null) {
      return result;
    }
    if (failure instanceof VarveException known) {
      throw known;
    }
    throw new VarveException(
        ErrorCode.INTERNAL, "a write failed: " + failure, null, Map.of(), failure);
  }
}
