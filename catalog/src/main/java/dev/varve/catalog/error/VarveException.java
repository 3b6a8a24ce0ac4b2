package dev.varve.catalog.error;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The one exception of Varve: a stable code, a message that says what could not be done and why, a
 * hint that says what to do next, and details for programs.
 *
 * <p>Unless the code is {@link ErrorCode#OUTCOME_UNKNOWN}, nothing was changed.
 */
public class VarveException extends RuntimeException {
  private final ErrorCode code;
  private final String hint;
  private final transient SortedMap<String, String> details;

  public VarveException(ErrorCode code, String message) {
    this(code, message, null, Map.of(), null);
  }

  public VarveException(ErrorCode code, String message, String hint) {
    this(code, message, hint, Map.of(), null);
  }

  /**
   * @param hint what to do next, or null when nothing can be said
   * @param cause the failure below, or null
   */
  public VarveException(
      ErrorCode code, String message, String hint, Map<String, String> details, Throwable cause) {
    super(message, cause);
    this.code = code;
    this.hint = hint;
    this.details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }

  public ErrorCode code() {
    return code;
  }

  /** What the person can do next. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }

  /** The ref, table, path or values concerned, by name. */
  public SortedMap<String, String> details() {
    return details;
  }
}
