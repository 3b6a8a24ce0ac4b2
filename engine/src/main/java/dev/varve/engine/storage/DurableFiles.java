package dev.varve.engine.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Durability of local files: what a disk needs to be told before a commit may be acknowledged. */
public final class DurableFiles {
  private DurableFiles() {}

  /** Makes the bytes of a file, or the entries of a directory, survive power loss. */
  public static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Creates a directory and its missing parents, and makes each new entry durable in its parent.
   * Without that, a synced file in a fresh directory may be lost with the directory.
   */
  public static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    Files.createDirectories(directory);
    if (parent != null) {
      sync(parent);
    }
  }
}
