package dev.varve.server.http;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A request that is refused before it reaches the lake; nothing was done. */
public final class RequestRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final HttpErrorCode code;
  private final transient Optional<String> hint;
  private final transient SortedMap<String, String> headers;

  private RequestRefused(
      HttpErrorCode code, String message, Optional<String> hint, Map<String, String> headers) {
    super(message, null, false, false);
    this.code = code;
    this.hint = hint;
    this.headers = new TreeMap<>(headers);
  }

  public RequestRefused(HttpErrorCode code, String message) {
    this(code, message, Optional.empty(), Map.of());
  }

  public RequestRefused(HttpErrorCode code, String message, String hint) {
    this(code, message, Optional.of(hint), Map.of());
  }

  /** The same refusal with a header of its answer, such as {@code Allow} or {@code Retry-After}. */
  public RequestRefused with(String header, String value) {
    TreeMap<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new RequestRefused(code, getMessage(), hint, more);
  }

  public HttpErrorCode code() {
    return code;
  }

  /** What to do about it. */
  public Optional<String> hint() {
    return hint;
  }

  /** Headers of the answer. */
  public SortedMap<String, String> headers() {
    return headers;
  }
}
