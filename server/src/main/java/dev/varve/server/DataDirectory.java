package dev.varve.server;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The directory that holds everything a server keeps, locked for one server at a time.
 *
 * <p>{@code catalog/} is the history, {@code warehouse/} the tables' files; {@code logs/}, {@code
 * reports/} and {@code tmp/} may be deleted while no server runs.
 */
public final class DataDirectory implements Closeable {
  private final Path root;
  private final FileChannel channel;

  private DataDirectory(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /**
   * Makes the directory if it is missing, takes its lock, and removes what a server that was killed
   * left in {@code tmp/}.
   *
   * @throws VarveException with {@link ErrorCode#STORE_LOCKED} if another server has it, and {@link
   *     ErrorCode#STORE_FAILED} if it cannot be made or written
   */
  public static DataDirectory open(Path path) {
    Path root = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
      root = root.toRealPath();
      FileChannel channel =
          FileChannel.open(
              root.resolve("server.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!locked(channel)) {
        String holder = Files.readString(root.resolve("server.lock")).strip();
        channel.close();
        throw inUse(root, holder);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      clear(root.resolve("tmp"));
      return new DataDirectory(root, channel);
    } catch (IOException e) {
      throw new VarveException(
          ErrorCode.STORE_FAILED,
          "cannot use the data directory '%s': %s".formatted(root, reason(e)),
          "choose another with '--data DIR', which may be new",
          Map.of("path", root.toString()),
          e);
    }
  }

  /** What the system says; of some failures Java tells the path and no more. */
  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is not a directory";
    } else if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof NoSuchFileException) {
      return "it cannot be made there";
    }
    return e instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : String.valueOf(e.getMessage());
  }

  /** Empties a directory; a link to one is left alone, as who knows what else is there. */
  private static void clear(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      // The channel owns the lock: closing the one releases the other.
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static VarveException inUse(Path root, String holder) {
    return new VarveException(
        ErrorCode.STORE_LOCKED,
        "another server uses the data directory '"
            + root
            + "'"
            + (holder.matches("\\d+") ? ": process " + holder : ""),
        "stop that one first, or choose another directory with '--data DIR'");
  }

  public Path root() {
    return root;
  }

  public Path catalog() {
    return root.resolve("catalog");
  }

  public Path warehouse() {
    return root.resolve("warehouse");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** The key that access tokens are signed with. */
  public Path tokenKey() {
    return root.resolve("token.key");
  }

  /** What engines reported of their scans and commits. */
  public Path reports() {
    return root.resolve("reports");
  }

  public Path temporary() {
    return root.resolve("tmp");
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release the data directory '" + root + "'", e);
    }
  }
}
