package dev.varve.server.http;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An error as it is answered.
 *
 * @param details names and values, or a record; empty map for none
 * @param ours whether it is the server's fault, so that the log gets the exception
 */
public record Problem(
    int status,
    String code,
    String message,
    Optional<String> hint,
    Object details,
    SortedMap<String, String> headers,
    boolean ours) {
  public Problem {
    headers = new TreeMap<>(headers);
  }

  /** A problem that is not the server's fault. */
  public static Problem of(
      int status, String code, String message, Optional<String> hint, Object details) {
    return new Problem(status, code, message, hint, details, new TreeMap<>(), status >= 500);
  }

  static Problem of(RequestRefused refused) {
    return new Problem(
        refused.code().status(),
        refused.code().text(),
        refused.getMessage(),
        refused.hint(),
        Map.of(),
        refused.headers(),
        false);
  }

  /** A bug or a broken machine: the client learns nothing but where to look. */
  static Problem internal() {
    return Problem.of(
        HttpErrorCode.INTERNAL.status(),
        HttpErrorCode.INTERNAL.text(),
        "the server failed to answer",
        Optional.of("the server's log tells more under this request's id"),
        Map.of());
  }

  /** The body of the answer. */
  ErrorBody body(String requestId) {
    return new ErrorBody(new ErrorBody.Detail(code, message, hint, details, requestId));
  }
}
