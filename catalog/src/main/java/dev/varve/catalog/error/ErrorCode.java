package dev.varve.catalog.error;

import java.util.Locale;

/** What went wrong, as a stable name with a category and the HTTP status that says the same. */
public enum ErrorCode {
  INVALID_REQUEST(ErrorCategory.INVALID, 400),
  INVALID_NAME(ErrorCategory.INVALID, 400),
  INVALID_REVISION(ErrorCategory.INVALID, 400),
  AMBIGUOUS_REVISION(ErrorCategory.INVALID, 400),
  INVALID_SQL(ErrorCategory.INVALID, 400),
  INVALID_SCHEMA(ErrorCategory.INVALID, 400),
  INVALID_DATA(ErrorCategory.INVALID, 400),
  NOTHING_TO_COMMIT(ErrorCategory.INVALID, 400),
  UNSUPPORTED(ErrorCategory.INVALID, 400),
  FORBIDDEN(ErrorCategory.INVALID, 403),
  READ_ONLY(ErrorCategory.INVALID, 403),

  REPOSITORY_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  REF_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  COMMIT_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  NAMESPACE_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  TABLE_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  VIEW_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  COLUMN_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  SNAPSHOT_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),
  BACKUP_NOT_FOUND(ErrorCategory.NOT_FOUND, 404),

  REPOSITORY_EXISTS(ErrorCategory.EXISTS, 409),
  REF_EXISTS(ErrorCategory.EXISTS, 409),
  NAMESPACE_EXISTS(ErrorCategory.EXISTS, 409),
  NAMESPACE_NOT_EMPTY(ErrorCategory.EXISTS, 409),
  TABLE_EXISTS(ErrorCategory.EXISTS, 409),
  VIEW_EXISTS(ErrorCategory.EXISTS, 409),

  COMMIT_CONFLICT(ErrorCategory.CONFLICT, 409),
  REF_MOVED(ErrorCategory.CONFLICT, 409),
  ID_REUSED(ErrorCategory.CONFLICT, 409),
  MERGE_CONFLICT(ErrorCategory.CONFLICT, 409),
  NOT_FAST_FORWARD(ErrorCategory.CONFLICT, 409),

  PAYLOAD_TOO_LARGE(ErrorCategory.LIMIT, 413),
  QUERY_TIMEOUT(ErrorCategory.LIMIT, 408),
  OUT_OF_MEMORY(ErrorCategory.LIMIT, 400),
  BUSY(ErrorCategory.LIMIT, 429),

  STORE_LOCKED(ErrorCategory.UNAVAILABLE, 503),
  STORE_FORMAT(ErrorCategory.UNAVAILABLE, 503),
  SHUTTING_DOWN(ErrorCategory.UNAVAILABLE, 503),
  STORAGE_FULL(ErrorCategory.UNAVAILABLE, 507),
  STORAGE_FAILED(ErrorCategory.UNAVAILABLE, 503),

  OBJECT_CORRUPT(ErrorCategory.INTERNAL, 500),
  OBJECT_MISSING(ErrorCategory.INTERNAL, 500),
  STORE_CORRUPT(ErrorCategory.INTERNAL, 500),
  STORE_FAILED(ErrorCategory.INTERNAL, 500),
  OUTCOME_UNKNOWN(ErrorCategory.INTERNAL, 500),
  INTERNAL(ErrorCategory.INTERNAL, 500);

  private final ErrorCategory category;
  private final int httpStatus;

  ErrorCode(ErrorCategory category, int httpStatus) {
    this.category = category;
    this.httpStatus = httpStatus;
  }

  /** Says whose fault it is and whether to try again. */
  public ErrorCategory category() {
    return category;
  }

  /** The HTTP status that carries this code. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The name on the wire, such as {@code ref-not-found}; it never changes. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
