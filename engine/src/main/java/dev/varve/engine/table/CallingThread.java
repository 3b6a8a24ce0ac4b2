package dev.varve.engine.table;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs what it is given at once, on the thread that gives it.
 *
 * <p>For Iceberg's updates that do little: with a pool of threads they look every 10 ms whether it
 * is done, which is longer than all the rest of an append takes.
 */
public final class CallingThread extends AbstractExecutorService {
  /** The one there is; it is never shut down. */
  public static final CallingThread INSTANCE = new CallingThread();

  private CallingThread() {}

  @Override
  public void execute(Runnable command) {
    command.run();
  }

  @Override
  public void shutdown() {
    throw new UnsupportedOperationException("the calling thread is not this executor's to stop");
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw new UnsupportedOperationException("the calling thread is not this executor's to stop");
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
