package dev.varve.server.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A body that is refused as soon as it turns out larger than the limit. */
final class LimitedInput extends FilterInputStream {
  private final long maxBytes;
  private final String setting;
  private long seen;

  LimitedInput(InputStream in, long maxBytes, String setting) {
    super(in);
    this.maxBytes = maxBytes;
    this.setting = setting;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    if (value >= 0) {
      count(1);
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (read > 0) {
      count(read);
    }
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long bytes) {
    seen += bytes;
    if (seen > maxBytes) {
      throw tooLarge(maxBytes, setting);
    }
  }

  static RequestRefused tooLarge(long maxBytes, String setting) {
    return new RequestRefused(
        HttpErrorCode.PAYLOAD_TOO_LARGE,
        "the body has more than " + maxBytes + " bytes",
        "the limit is the server's setting '" + setting + "'");
  }
}
