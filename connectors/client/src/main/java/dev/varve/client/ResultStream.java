package dev.varve.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a result as they come. A server that fails after it began to answer can only cut the
 * connection; that must not look like a fault of this machine, or like the result's end.
 */
final class ResultStream extends FilterInputStream {
  private final Transport transport;

  ResultStream(Transport transport, InputStream answer) {
    super(answer);
    this.transport = transport;
  }

  @Override
  public int read() {
    try {
      return in.read();
    } catch (IOException e) {
      throw transport.brokenOff(e);
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw transport.brokenOff(e);
    }
  }
}
