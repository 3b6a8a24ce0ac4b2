package dev.varve.engine.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Does the same to each of several files, on as many threads as there are processors. */
public final class FileTasks {
  /** What is done to one file. */
  public interface Task<T, R> {
    R of(T file) throws IOException;
  }

  private FileTasks() {}

  /**
   * Does it to all files. When this returns or throws, no task is running any more.
   *
   * @return the results, in the order of the files
   * @throws IOException the first failure, in that order; tasks that had not begun never will
   * @throws InterruptedIOException if the calling thread is interrupted
   */
  public static <T, R> List<R> each(Collection<T> files, Task<T, R> task) throws IOException {
    if (files.size() <= 1) {
      List<R> results = new ArrayList<>();
      for (T file : files) {
        results.add(task.of(file));
      }
      return results;
    }
    int threads = Math.min(files.size(), Runtime.getRuntime().availableProcessors());
    AtomicInteger numbers = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "files-" + numbers.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    try {
      return results(files.stream().map(file -> pool.submit(() -> task.of(file))).toList());
    } finally {
      pool.shutdownNow();
      awaitEnd(pool);
    }
  }

  private static <R> List<R> results(List<Future<R>> running) throws IOException {
    List<R> results = new ArrayList<>();
    try {
      for (Future<R> each : running) {
        results.add(each.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("interrupted while files were worked on").initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw (Error) e.getCause();
    }
  }

  /** Interrupted tasks end soon: they read and write files. */
  private static void awaitEnd(ExecutorService pool) {
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
