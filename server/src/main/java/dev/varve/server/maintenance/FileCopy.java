package dev.varve.server.maintenance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings the files of a directory to another, those that are there left alone. Files are immutable
 * and their names never used twice, so one that is there with its length is the same; one that is
 * shorter was not finished, and is copied again.
 */
final class FileCopy {
  private static final String PART = ".part";

  private final Path from;
  private final Path to;
  private final Consumer<Progress> listener;
  private final Set<Path> directories = new LinkedHashSet<>();
  private long looked;
  private long files;
  private long bytes;

  private FileCopy(Path from, Path to, Consumer<Progress> listener) {
    this.from = from;
    this.to = to;
    this.listener = listener;
  }

  /** How many files were looked at, and of these copied. */
  record Progress(String phase, long looked, long files, long bytes) {}

  /** Copies, and returns when everything is durable. */
  static Progress run(Path from, Path to, Consumer<Progress> listener) {
    FileCopy copy = new FileCopy(from, to, listener);
    try {
      if (Files.isDirectory(from)) {
        copy.walk();
      }
      return copy.progress();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy '%s' to '%s'".formatted(from, to), e);
    }
  }

  private void walk() throws IOException {
    // The root may be a link to where the warehouse is.
    Path root = from.toRealPath();
    Files.createDirectories(to);
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            if (found.isRegularFile() && !file.toString().endsWith(PART)) {
              take(file, to.resolve(root.relativize(file).toString()), found.size());
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // Taken back by a write that failed meanwhile: nothing refers to it.
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    for (Path directory : directories) {
      sync(directory);
    }
  }

  private void take(Path file, Path target, long size) throws IOException {
    looked++;
    if (looked % 1_000 == 0) {
      listener.accept(progress());
    }
    if (Files.exists(target) && Files.size(target) >= size) {
      return;
    }
    Path part = target.resolveSibling(target.getFileName() + PART);
    try {
      create(target.getParent());
      Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      sync(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return; // taken back by a write that failed meanwhile: nothing refers to it
    } finally {
      Files.deleteIfExists(part);
    }
    files++;
    bytes += size;
    listener.accept(progress());
  }

  private void create(Path directory) throws IOException {
    for (Path up = directory; up.startsWith(to) && directories.add(up); up = up.getParent()) {
      // Every level: any of them may be new.
    }
    Files.createDirectories(directory);
  }

  private Progress progress() {
    return new Progress("files", looked, files, bytes);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
