package dev.varve.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.Serial;
import java.util.Optional;

/**
 * A call that failed: refused by the server, or without an answer.
 *
 * <p>{@link #code()} is stable and meant for programs; message and hint are meant for people. When
 * {@link #status()} is 0 no answer came ({@code no-server}: nothing was sent; {@code no-answer}:
 * the call may have been carried out, so read before trying again).
 */
public final class VarveException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final String hint;
  private final transient JsonNode details;
  private final String requestId;

  VarveException(int status, String code, String message, Optional<String> hint) {
    this(status, code, message, hint, JsonNodeFactory.instance.objectNode(), Optional.empty());
  }

  VarveException(
      int status,
      String code,
      String message,
      Optional<String> hint,
      JsonNode details,
      Optional<String> requestId) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint.orElse("");
    this.details = details;
    this.requestId = requestId.orElse("");
  }

  VarveException causedBy(Throwable cause) {
    initCause(cause);
    return this;
  }

  /** The HTTP status, or 0 when there was no answer. */
  public int status() {
    return status;
  }

  /** What went wrong, as a stable word such as {@code branch-not-found}. */
  public String code() {
    return code;
  }

  /** What a person can do next. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  /** The ref, table, path or values concerned, as a JSON object; empty when there are none. */
  public JsonNode details() {
    return details == null ? JsonNodeFactory.instance.objectNode() : details;
  }

  /** The id under which the server logged the call. */
  public Optional<String> requestId() {
    return requestId.isEmpty() ? Optional.empty() : Optional.of(requestId);
  }

  /**
   * Whether someone else's change came between, so that reading again and retrying can help. That a
   * name is taken already is not a conflict.
   */
  public boolean isConflict() {
    return status == 409 && !code.endsWith("-exists");
  }
}
