package dev.varve.benchmarks.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** The limit of a durable write: 4 KiB appended to a file and synced. */
final class SyncedAppend implements AutoCloseable {
  private static final int BYTES = 4096;

  private final Path file;
  private final FileChannel channel;
  private final ByteBuffer page;

  private SyncedAppend(Path file, FileChannel channel, ByteBuffer page) {
    this.file = file;
    this.channel = channel;
    this.page = page;
  }

  /** Appends to a file in a directory, which is removed when this is closed. */
  static SyncedAppend in(Path directory) throws IOException {
    byte[] bytes = new byte[BYTES];
    new Random(7).nextBytes(bytes);
    Path file = Files.createTempFile(directory, "append", "");
    return new SyncedAppend(
        file, FileChannel.open(file, StandardOpenOption.APPEND), ByteBuffer.wrap(bytes));
  }

  /** Appends once; the length of the file so far. */
  long perform() {
    try {
      channel.write(page.rewind());
      channel.force(false);
      return channel.position();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.delete(file);
  }
}
