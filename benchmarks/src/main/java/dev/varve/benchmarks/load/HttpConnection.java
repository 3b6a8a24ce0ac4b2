package dev.varve.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One keep-alive connection that sends prepared bytes and reads answers, one at a time.
 *
 * <p>The driver shares the machine with the server, so that what a client costs is taken from what
 * it measures: this one costs two system calls an exchange and no other thread. It understands what
 * a server of HTTP/1.1 answers to requests without special headers, and no more.
 */
final class HttpConnection implements Closeable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private byte[] body = {};

  HttpConnection(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = socket.getInputStream();
  }

  /** The bytes of a request without a body. */
  static byte[] request(String method, String path) {
    return (method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes of a request with a body of JSON. */
  static byte[] post(String path, String json) {
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + length
            + "\r\n\r\n"
            + json)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a request and returns the status of its answer. */
  int exchange(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    int status = Integer.parseInt(line().substring(9, 12));
    int length = 0;
    boolean chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      } else if (header.regionMatches(true, 0, "transfer-encoding:", 0, 18)) {
        chunked = true;
      }
    }
    body = chunked ? chunks() : bytes(length);
    return status;
  }

  /** The body of the last answer. */
  String body() {
    return new String(body, StandardCharsets.UTF_8);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      all.write(bytes(size));
      line();
    }
    line();
    return all.toByteArray();
  }

  private byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      fill();
      int some = Math.min(count - done, limit - position);
      System.arraycopy(buffer, position, bytes, done, some);
      position += some;
      done += some;
    }
    return bytes;
  }

  /** A line without its end. */
  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    while (true) {
      fill();
      char next = (char) buffer[position++];
      if (next == '\n') {
        return line.toString();
      } else if (next != '\r') {
        line.append(next);
      }
    }
  }

  private void fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = in.read(buffer);
      if (limit < 0) {
        limit = 0;
        throw new EOFException("the server closed the connection");
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
