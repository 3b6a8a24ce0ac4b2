package dev.varve.engine.prepared;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A directory without subdirectories that is gone with all its files when it is closed. */
record TemporaryDirectory(Path path) implements AutoCloseable {
  /** A new one in {@code parent}, which is created if it is missing. */
  static TemporaryDirectory in(Path parent) {
    try {
      Files.createDirectories(parent);
      return new TemporaryDirectory(Files.createTempDirectory(parent, "merge-"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a directory in '" + parent + "'", e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete '" + path + "'", e);
    }
  }
}
