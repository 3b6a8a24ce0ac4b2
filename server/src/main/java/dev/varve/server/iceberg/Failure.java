package dev.varve.server.iceberg;

import static java.util.Map.entry;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchPlanIdException;
import org.apache.iceberg.exceptions.NoSuchPlanTaskException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchViewException;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ServiceUnavailableException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.responses.ErrorResponse;

/**
 * What went wrong, as the protocol says it.
 *
 * <p>The status decides what a client does after a commit: 409 is a conflict, which it retries on
 * fresh metadata; 429 is retried as it is; 500 and 503 leave it not knowing whether the commit took
 * place; 507, for a full disk, does not. The error's type decides between the kinds of 404. Nothing
 * else may go out with these.
 */
final class Failure {

  private static final Map<Class<? extends Exception>, Integer> STATUSES =
      Map.ofEntries(
          entry(IllegalArgumentException.class, 400),
          entry(ValidationException.class, 400),
          entry(BadRequestException.class, 400),
          entry(ForbiddenException.class, 403),
          entry(NoSuchNamespaceException.class, 404),
          entry(NoSuchTableException.class, 404),
          entry(NoSuchViewException.class, 404),
          entry(NoSuchPlanIdException.class, 404),
          entry(NoSuchPlanTaskException.class, 404),
          entry(NoSuchWarehouseException.class, 404),
          entry(NotFoundException.class, 404),
          entry(UnsupportedOperationException.class, 406),
          entry(AlreadyExistsException.class, 409),
          entry(NamespaceNotEmptyException.class, 409),
          entry(CommitFailedException.class, 409),
          entry(UnprocessableEntityException.class, 422),
          entry(CommitStateUnknownException.class, 500),
          entry(ServiceUnavailableException.class, 503));

  /** When a client that was turned away may come back. */
  private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");

  private Failure() {}

  /** The answer to a call that ended with {@code failure}. */
  static Reply reply(RuntimeException failure) {
    Integer status = STATUSES.get(failure.getClass());
    if (status != null) {
      return reply(status, failure.getClass().getSimpleName(), failure.getMessage());
    }
    Optional<VarveException> full = FullDisk.in(failure);
    if (full.isPresent()) {
      return reply(full.get().code().httpStatus(), type(full.get()), message(full.get()));
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof VarveException known) {
        return reply(known.code().httpStatus(), type(known), message(known));
      }
    }
    return reply(500, "InternalServerError", "internal error: " + failure.getMessage());
  }

  private static Reply reply(int status, String type, String message) {
    ErrorResponse body =
        ErrorResponse.builder()
            .responseCode(status)
            .withType(type)
            .withMessage(String.valueOf(message))
            .build();
    boolean busy = status == 429 || status == 503;
    return new Reply(status, busy ? RETRY_SOON : Map.of(), Optional.of(body));
  }

  private static String type(VarveException failure) {
    return switch (failure.code()) {
      case NAMESPACE_NOT_FOUND -> "NoSuchNamespaceException";
      case TABLE_NOT_FOUND -> "NoSuchTableException";
      case VIEW_NOT_FOUND -> "NoSuchViewException";
      case NAMESPACE_NOT_EMPTY -> "NamespaceNotEmptyException";
      case FORBIDDEN, READ_ONLY -> "ForbiddenException";
      case OUTCOME_UNKNOWN -> "CommitStateUnknownException";
      case BUSY -> "TooManyRequestsException";
      default -> type(failure.code().category());
    };
  }

  private static String type(ErrorCategory category) {
    return switch (category) {
      case INVALID, LIMIT -> "BadRequestException";
      case NOT_FOUND -> "NotFoundException";
      case EXISTS -> "AlreadyExistsException";
      case CONFLICT -> "CommitFailedException";
      case UNAVAILABLE -> "ServiceUnavailableException";
      case INTERNAL -> "InternalServerError";
    };
  }

  private static String message(VarveException failure) {
    return failure.getMessage() + failure.hint().map(hint -> "; " + hint).orElse("");
  }
}
