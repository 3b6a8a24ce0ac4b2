package dev.varve.catalog;

import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store;
import dev.varve.catalog.store.Store.Change;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what deleted repositories left in a store, each on a thread of its own. A mark in the
 * store says that it is to be done, so that the next start does it if this one does not end it.
 */
final class Clearing {
  private static final Logger LOG = LoggerFactory.getLogger(Clearing.class);

  private final Store store;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  Clearing(Store store) {
    this.store = store;
  }

  /**
   * Begins to remove all that a repository has.
   *
   * @param number the repository's; nobody reads or writes it any more
   * @param mark the key in {@code META}, which goes last
   */
  void begin(int number, byte[] mark) {
    Thread thread = new Thread(() -> clear(number, mark), "clear-repository-" + number);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Waits until all that was begun has ended. */
  void await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void clear(int number, byte[] mark) {
    try {
      Receiver.clear(store, new Keys(number));
      store.write(List.of(new Change(Space.META, mark, Optional.empty())));
    } catch (VarveException e) {
      LOG.info("What is left of a deleted repository is removed at the next start", e);
    } finally {
      threads.remove(Thread.currentThread());
    }
  }
}
