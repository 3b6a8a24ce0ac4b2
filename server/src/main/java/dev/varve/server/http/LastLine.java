package dev.varve.server.http;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Passes lines on and keeps the last one, its line feed included. */
final class LastLine extends FilterOutputStream {
  private static final int MAX_BYTES = 1 << 20;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean ended;

  LastLine(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int value) throws IOException {
    out.write(value);
    keep((byte) value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    for (int i = offset; i < offset + length; i++) {
      keep(bytes[i]);
    }
  }

  private void keep(byte value) {
    if (ended) {
      line.reset();
      ended = false;
    }
    if (line.size() < MAX_BYTES) {
      line.write(value);
    }
    ended = value == '\n';
  }

  String text() {
    return line.toString(StandardCharsets.UTF_8);
  }
}
