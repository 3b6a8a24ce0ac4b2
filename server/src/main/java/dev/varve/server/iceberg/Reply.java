package dev.varve.server.iceberg;

import java.util.Map;
import java.util.Optional;

/**
 * The answer to a call: a status, headers, and a body that {@link Wire} writes.
 *
 * @param body one of Iceberg's response classes, or JSON as bytes, or empty for an answer without a
 *     body
 */
record Reply(int status, Map<String, String> headers, Optional<Object> body) {

  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply ok(Object body) {
    return new Reply(200, Map.of(), Optional.of(body));
  }

  static Reply noContent() {
    return new Reply(204, Map.of(), Optional.empty());
  }

  static Reply notModified(String etag) {
    return new Reply(304, Map.of("ETag", etag), Optional.empty());
  }

  static Reply tagged(String etag, Object body) {
    return new Reply(200, Map.of("ETag", etag), Optional.of(body));
  }
}
