package dev.varve.engine.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** A local file to read anywhere in. For one thread, but for the reads that name a position. */
final class LocalInputStream extends SeekableInputStream implements RangeReadable {
  private final FileChannel channel;

  LocalInputStream(Path path) throws IOException {
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
  }

  @Override
  public long getPos() throws IOException {
    return channel.position();
  }

  @Override
  public void seek(long position) throws IOException {
    channel.position(position);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(target, offset, length));
  }

  @Override
  public long skip(long count) throws IOException {
    long from = channel.position();
    long to = Math.min(channel.size(), from + Math.max(0, count));
    channel.position(to);
    return to - from;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, channel.size() - channel.position()));
  }

  @Override
  public void readFully(long position, byte[] target, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(target, offset, length);
    long at = position;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, at);
      if (count < 0) {
        throw new EOFException("file ends before byte " + (position + length));
      }
      at += count;
    }
  }

  @Override
  public int readTail(byte[] target, int offset, int length) throws IOException {
    int count = (int) Math.min(length, channel.size());
    readFully(channel.size() - count, target, offset, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
