package dev.varve.engine.storage;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Files of a warehouse that can be read on this machine until this is closed. Immutable and safe
 * for use by many threads.
 */
public final class LocalCopies implements AutoCloseable {
  private final Map<String, Path> paths;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param paths the local files by the locations that were asked for
   * @param release run once, when nobody needs the files any more
   */
  LocalCopies(Map<String, Path> paths, Runnable release) {
    this.paths = new TreeMap<>(paths);
    this.release = release;
  }

  /** No files. */
  public static LocalCopies none() {
    return new LocalCopies(Map.of(), () -> {});
  }

  /**
   * The local file of a location.
   *
   * @throws VarveException if the location was not asked for
   */
  public Path path(String location) {
    Path path = paths.get(location);
    if (path == null) {
      throw new VarveException(
          ErrorCode.INTERNAL, "file '%s' was not brought to this machine".formatted(location));
    }
    return path;
  }

  /** All local files. */
  public Set<Path> paths() {
    return new TreeSet<>(paths.values());
  }

  /** Gives the files free: they may vanish from now on. The second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release.run();
    }
  }
}
