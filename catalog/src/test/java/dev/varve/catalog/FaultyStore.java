package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Snapshot;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import java.util.List;
import java.util.Optional;

/** A store whose n-th call fails, before or after it did what it was asked for. */
final class FaultyStore implements Store {
  /** How a call fails. */
  enum Fault {
    READ,
    WRITE_NOT_DONE,
    WRITE_DONE
  }

  private final Store store;
  private Fault fault = Fault.READ;
  private long callsLeft = Long.MAX_VALUE;

  FaultyStore(Store store) {
    this.store = store;
  }

  /** Lets the n-th call of a kind fail, counted from 1. */
  synchronized void failAt(Fault kind, long call) {
    fault = kind;
    callsLeft = call;
  }

  synchronized void heal() {
    callsLeft = Long.MAX_VALUE;
  }

  /** Whether the call that fails has been made. */
  synchronized boolean hasFailed() {
    return callsLeft <= 0;
  }

  @Override
  public Optional<byte[]> get(Space space, byte[] key) {
    failIf(Fault.READ);
    return store.get(space, key);
  }

  @Override
  public List<Pair> scan(Space space, byte[] from, byte[] to, int limit) {
    failIf(Fault.READ);
    return store.scan(space, from, to, limit);
  }

  @Override
  public Snapshot snapshot() {
    failIf(Fault.READ);
    return store.snapshot();
  }

  @Override
  public void write(List<Change> changes) {
    failIf(Fault.WRITE_NOT_DONE);
    store.write(changes);
    failIf(Fault.WRITE_DONE);
  }

  @Override
  public void close() {
    store.close();
  }

  private synchronized void failIf(Fault kind) {
    if (kind == fault && --callsLeft == 0) {
      throw new VarveException(
          kind == Fault.READ ? ErrorCode.STORE_FAILED : ErrorCode.OUTCOME_UNKNOWN,
          "a fault was injected");
    }
  }
}
