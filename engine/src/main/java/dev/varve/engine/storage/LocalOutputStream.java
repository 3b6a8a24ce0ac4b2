package dev.varve.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.io.PositionOutputStream;

/**
 * A new local file. It is durable when {@link #close} has returned: a manifest that a commit names
 * must not be lost by a power failure that the commit survives.
 */
final class LocalOutputStream extends PositionOutputStream {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final FileChannel channel;
  private final Path path;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long position;

  private LocalOutputStream(FileChannel channel, Path path) {
    this.channel = channel;
    this.path = path;
  }

  static LocalOutputStream create(Path path) throws IOException {
    return new LocalOutputStream(
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), path);
  }

  static LocalOutputStream overwrite(Path path) throws IOException {
    return new LocalOutputStream(
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE),
        path);
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int value) throws IOException {
    if (!buffer.hasRemaining()) {
      drain();
    }
    buffer.put((byte) value);
    position++;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    if (length > buffer.remaining()) {
      drain();
    }
    if (length > buffer.remaining()) {
      writeFully(ByteBuffer.wrap(source, offset, length));
    } else {
      buffer.put(source, offset, length);
    }
    position += length;
  }

  @Override
  public void flush() throws IOException {
    drain();
  }

  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      drain();
      channel.force(true);
    }
    DurableFiles.sync(path.getParent());
  }

  private void drain() throws IOException {
    buffer.flip();
    writeFully(buffer);
    buffer.clear();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
