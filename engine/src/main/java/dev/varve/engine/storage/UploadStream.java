package dev.varve.engine.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.io.PositionOutputStream;

/** A local file that is uploaded when it is closed. For one thread. */
final class UploadStream extends PositionOutputStream {
  private final OutputStream local;
  private final Upload upload;
  private long position;
  private boolean closed;

  private UploadStream(OutputStream local, Upload upload) {
    this.local = local;
    this.upload = upload;
  }

  /** Brings the whole local file to where it shall be, and takes care of the local one. */
  @FunctionalInterface
  interface Upload {
    void run() throws IOException;
  }

  static UploadStream open(Path path, Upload upload) throws IOException {
    return new UploadStream(new BufferedOutputStream(Files.newOutputStream(path)), upload);
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int value) throws IOException {
    local.write(value);
    position++;
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    local.write(source, offset, length);
    position += length;
  }

  @Override
  public void flush() throws IOException {
    local.flush();
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      local.close();
      upload.run();
    }
  }
}
