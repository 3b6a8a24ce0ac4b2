package dev.varve.engine.storage;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.Quantity;
import dev.varve.catalog.error.VarveException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Copies of immutable remote files on a local disk, bounded by their bytes.
 *
 * <p>A file is brought here once, however many ask for it at the same time; it appears under its
 * name when it is whole and has its length. While somebody reads a file it stays; of the others,
 * the least recently used make room. What is read or on its way never takes more than the bound:
 * who asks for more waits for others to end, and is refused after a while. Safe for use by many
 * threads.
 */
final class FileCache implements Closeable {
  private final CacheDirectory directory;
  private final CacheSettings settings;
  private final Download download;
  private final ExecutorService downloads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();

  /** By the name of their location, the least recently used first. */
  private final Map<String, CachedFile> files = new LinkedHashMap<>(16, 0.75f, true);

  /** Of all files, those on their way included. Never more than the bound. */
  private long bytes;

  /** Of the files that somebody reads. */
  private long readBytes;

  private long hits;
  private long misses;
  private long evictions;

  /** Set before the downloads are interrupted, so that their readers hear why they ended. */
  private volatile boolean closed;

  /** Brings a file here. */
  @FunctionalInterface
  interface Download {
    /**
     * Writes the file of a location to a path.
     *
     * @param most how many bytes to write at most, as whoever wrote the table told its length
     */
    void bring(String location, Path target, long most);
  }

  FileCache(CacheSettings settings, Download download) {
    this.settings = settings;
    this.directory = CacheDirectory.open(settings.directory());
    this.download = download;
    AtomicInteger threads = new AtomicInteger();
    this.downloads =
        Executors.newFixedThreadPool(
            settings.downloads(),
            work -> {
              Thread thread = new Thread(work, "downloads-" + threads.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    for (CacheDirectory.Copy copy : directory.copies()) {
      Path path = directory.path(copy.name(), copy.length());
      files.put(copy.name(), CachedFile.here(copy.name(), path, copy.length()));
      bytes += copy.length();
    }
    evict();
  }

  /**
   * Brings files here.
   *
   * @param lengths in bytes, by location
   * @return the copies, which stay until it is closed
   * @throws VarveException if they are more than the bound, or others read too much for too long,
   *     or a file has another length
   */
  LocalCopies acquire(Map<String, Long> lengths) {
    long together = 0;
    for (long length : lengths.values()) {
      together += length;
      if (length > settings.maxBytes() || together > settings.maxBytes()) {
        throw tooMuch(Math.max(length, together));
      }
    }
    return acquire(lengths, settings.patience()).orElseThrow(this::busy);
  }

  /** As {@link #acquire(Map)} for one file; empty if there is no room right now. */
  Optional<LocalCopies> tryAcquire(String location, long length) {
    return acquire(Map.of(location, length), Duration.ZERO);
  }

  /** The length of a file that is here or on its way. */
  Optional<Long> length(String location) {
    lock.lock();
    try {
      return Optional.ofNullable(files.get(CacheDirectory.name(location))).map(CachedFile::length);
    } finally {
      lock.unlock();
    }
  }

  private Optional<LocalCopies> acquire(Map<String, Long> lengths, Duration patience) {
    List<CachedFile> missing = new ArrayList<>();
    Optional<Map<String, CachedFile>> reserved = reserve(lengths, patience, missing);
    if (reserved.isEmpty()) {
      return Optional.empty();
    }
    Map<String, CachedFile> wanted = reserved.get();
    try {
      bring(wanted, missing);
      Map<String, Path> paths = new TreeMap<>();
      wanted.forEach((location, file) -> paths.put(location, file.path()));
      return Optional.of(new LocalCopies(paths, () -> release(wanted)));
    } catch (RuntimeException | Error e) {
      release(wanted);
      throw e;
    }
  }

  /** Counts the caller as a reader of each file, if there is room for those that nobody reads. */
  private Optional<Map<String, CachedFile>> reserve(
      Map<String, Long> lengths, Duration patience, List<CachedFile> missing) {
    lengths.forEach(FileCache::requirePossible);
    Map<String, CachedFile> wanted = new TreeMap<>();
    lock.lock();
    try {
      requireLengths(lengths);
      long nanos = patience.toNanos();
      while (readBytes + unread(lengths) > settings.maxBytes()) {
        if (nanos <= 0) {
          return Optional.empty();
        }
        nanos = released.awaitNanos(nanos);
      }
      lengths.forEach(
          (location, length) -> {
            String name = CacheDirectory.name(location);
            CachedFile file = files.get(name);
            if (file == null) {
              misses++;
              file = CachedFile.onItsWay(name, directory.path(name, length), length);
              files.put(name, file);
              bytes += length;
              missing.add(file);
            } else {
              hits++;
            }
            if (file.enter()) {
              readBytes += file.length();
            }
            wanted.put(location, file);
          });
      evict();
      return Optional.of(wanted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private long unread(Map<String, Long> lengths) {
    long unread = 0;
    for (Map.Entry<String, Long> each : lengths.entrySet()) {
      CachedFile file = files.get(CacheDirectory.name(each.getKey()));
      if (file == null || !file.isRead()) {
        unread += file == null ? each.getValue() : file.length();
      }
    }
    return unread;
  }

  private void bring(Map<String, CachedFile> wanted, List<CachedFile> missing) {
    wanted.forEach(
        (location, file) -> {
          if (missing.contains(file)) {
            if (missing.size() == 1) {
              bring(location, file);
            } else {
              inBackground(location, file);
            }
          }
        });
    // All of them, whatever becomes of one: what is on its way must not lose its reader, or it
    // would arrive after it has made room for another.
    CompletableFuture<?>[] arrivals =
        wanted.values().stream().map(CachedFile::arrival).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(arrivals).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }

  private void inBackground(String location, CachedFile file) {
    try {
      downloads.execute(() -> bring(location, file));
    } catch (RejectedExecutionException e) {
      fail(file, e);
    }
  }

  private void bring(String location, CachedFile file) {
    Path part = directory.fresh();
    try {
      try {
        download.bring(location, part, file.length() + 1);
        requireLength(location, Files.size(part), file.length());
        directory.keep(part, file.name(), file.length());
      } finally {
        Files.deleteIfExists(part);
      }
      file.arrival().complete(null);
    } catch (IOException e) {
      fail(file, new UncheckedIOException("cannot keep a copy of '" + location + "'", e));
    } catch (RuntimeException | Error e) {
      fail(file, e);
    }
  }

  private void fail(CachedFile file, Throwable why) {
    lock.lock();
    try {
      if (files.remove(file.name(), file)) {
        bytes -= file.length();
      }
    } finally {
      lock.unlock();
    }
    file.arrival().completeExceptionally(closed ? shuttingDown(why) : why);
  }

  private void release(Map<String, CachedFile> wanted) {
    lock.lock();
    try {
      for (CachedFile file : wanted.values()) {
        if (file.leave()) {
          readBytes -= file.length();
          if (file.isDoomed() && files.remove(file.name(), file)) {
            forget(file);
          }
        }
      }
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes over a local file that was written to a location; it is moved, or deleted for want of
   * room.
   */
  void adopt(Path file, String location) throws IOException {
    long length = Files.size(file);
    String name = CacheDirectory.name(location);
    lock.lock();
    try {
      if (readBytes + length <= settings.maxBytes() && !files.containsKey(name)) {
        directory.keep(file, name, length);
        files.put(name, CachedFile.here(name, directory.path(name, length), length));
        bytes += length;
        evict();
      }
    } finally {
      lock.unlock();
    }
    Files.deleteIfExists(file);
  }

  /** Forgets a file that is deleted where it was kept; its readers, if any, keep their copy. */
  void remove(String location) {
    lock.lock();
    try {
      CachedFile file = files.get(CacheDirectory.name(location));
      if (file != null && file.isRead()) {
        file.doom();
      } else if (file != null) {
        files.remove(file.name());
        forget(file);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A path within the cache's directory for files that {@link #adopt} will take. */
  Path fresh() {
    return directory.fresh();
  }

  private void evict() {
    Iterator<CachedFile> oldest = files.values().iterator();
    while (bytes > settings.maxBytes() && oldest.hasNext()) {
      CachedFile file = oldest.next();
      if (!file.isRead()) {
        oldest.remove();
        forget(file);
        evictions++;
      }
    }
  }

  private void forget(CachedFile file) {
    bytes -= file.length();
    try {
      Files.deleteIfExists(file.path());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete '" + file.path() + "'", e);
    }
  }

  CacheStatistics statistics() {
    lock.lock();
    try {
      return new CacheStatistics(hits, misses, evictions, files.size(), bytes, settings.maxBytes());
    } finally {
      lock.unlock();
    }
  }

  /** Ends the downloads. What is here stays for the next one who opens the directory. */
  @Override
  public void close() {
    closed = true;
    downloads.shutdownNow();
    CancellationException ended = new CancellationException("the cache is closed");
    onTheirWay().forEach(file -> fail(file, ended));
    directory.close();
  }

  private List<CachedFile> onTheirWay() {
    lock.lock();
    try {
      return files.values().stream().filter(file -> !file.arrival().isDone()).toList();
    } finally {
      lock.unlock();
    }
  }

  private void requireLengths(Map<String, Long> lengths) {
    lengths.forEach(
        (location, length) -> {
          CachedFile file = files.get(CacheDirectory.name(location));
          if (file != null) {
            requireLength(location, file.length(), length);
          }
        });
  }

  /** Lengths come from tables, and those from clients. */
  private static void requirePossible(String location, long length) {
    if (length < 0) {
      throw new VarveException(
          ErrorCode.OBJECT_CORRUPT,
          "file '%s' cannot have %d bytes, as its table says".formatted(location, length),
          "go back to a commit before it was added, or ask who wrote it");
    }
  }

  private static void requireLength(String location, long found, long expected) {
    if (found != expected) {
      throw new VarveException(
          ErrorCode.OBJECT_CORRUPT,
          "file '%s' has %s bytes, and should have %d"
              .formatted(location, found > expected ? "more than " + expected : found, expected),
          "find out what replaced it; 'varve fsck --level files' tells whether there are others");
    }
  }

  private VarveException tooMuch(long together) {
    return new VarveException(
        ErrorCode.STORAGE_FULL,
        "cannot bring %s of files to this machine at once: the cache may hold %s"
            .formatted(Quantity.of(together, "byte"), Quantity.of(settings.maxBytes(), "byte")),
        "read less at once, for instance by a filter on the partition columns, or raise the"
            + " server's 'cache.size'");
  }

  private static VarveException shuttingDown(Throwable why) {
    VarveException answer =
        new VarveException(ErrorCode.SHUTTING_DOWN, "the server is shutting down");
    answer.addSuppressed(why);
    return answer;
  }

  private VarveException busy() {
    return new VarveException(
        ErrorCode.BUSY,
        "the files that are read right now fill the cache of %s"
            .formatted(Quantity.of(settings.maxBytes(), "byte")),
        "try again later, or raise the server's 'cache.size'");
  }
}
