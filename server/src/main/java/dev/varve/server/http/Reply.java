package dev.varve.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a handler answers. */
public sealed interface Reply {
  /** The HTTP status. */
  int status();

  /** An answer as JSON. */
  record Value(int status, Object value, Map<String, String> headers) implements Reply {
    public Value {
      headers = Map.copyOf(headers);
    }
  }

  /** An answer of a fixed text. */
  record Text(int status, String contentType, String text, Map<String, String> headers)
      implements Reply {
    public Text {
      headers = Map.copyOf(headers);
    }
  }

  /** An answer that is written as it is made. */
  record Stream(int status, String contentType, Map<String, String> headers, Writer writer)
      implements Reply {
    public Stream {
      headers = new TreeMap<>(headers);
    }
  }

  /** An answer of JSON lines: what happens, and at last the result or the error. */
  record Events(Narrator narrator) implements Reply {
    @Override
    public int status() {
      return 200;
    }
  }

  /** Does the work and tells of it. */
  @FunctionalInterface
  interface Narrator {
    /**
     * Does the work.
     *
     * @param events takes each event as it happens; must not be called before the request's body
     *     was read, for clients do not listen while they send
     * @return what the last line gives as {@code result}; an exception becomes its {@code error}
     */
    Object run(Consumer<Object> events) throws IOException;
  }

  /** Writes the body of a streamed answer. */
  @FunctionalInterface
  interface Writer {
    /**
     * Writes all of the body. When this throws after bytes went out, the connection is cut, so that
     * the client cannot take the part for the whole.
     */
    void write(OutputStream out) throws IOException;
  }

  /** 200 with {@code value} as JSON. */
  static Reply ok(Object value) {
    return new Value(200, value, Map.of());
  }

  /** 201 with {@code value} as JSON. */
  static Reply created(Object value) {
    return new Value(201, value, Map.of());
  }

  /** 200 with a body that is written as it is made. */
  static Reply stream(String contentType, Writer writer) {
    return new Stream(200, contentType, Map.of(), writer);
  }
}
