package dev.varve.engine.query;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckErrors;
import dev.varve.engine.sql.DuckMessage;
import java.util.Optional;

/** What went wrong in a query, in terms of what the user wrote. */
final class QueryErrors {
  private final BoundQuery query;
  private final QueryLimits limits;

  QueryErrors(BoundQuery query, QueryLimits limits) {
    this.query = query;
    this.limits = limits;
  }

  /** The error in terms of the user's text. */
  VarveException of(VarveException failure) {
    if (failure.code() == ErrorCode.OUT_OF_MEMORY) {
      return new VarveException(
          ErrorCode.OUT_OF_MEMORY,
          "the query needs more memory than it may use",
          "select fewer columns or rows, or raise the server's memory for queries",
          failure.details(),
          failure);
    }
    DuckMessage message = DuckMessage.of(failure.getMessage());
    return position(failure)
        .flatMap(query.original()::apply)
        .map(place -> place.error(failure.code(), message))
        .orElseGet(
            () ->
                new VarveException(
                    failure.code(),
                    message.text(),
                    message.hint().or(failure::hint).orElse(null),
                    failure.details(),
                    failure));
  }

  VarveException timeout() {
    return new VarveException(
        ErrorCode.QUERY_TIMEOUT,
        "the query took longer than %s".formatted(seconds()),
        "select less, or give it a longer timeout");
  }

  static VarveException cancelled() {
    return new VarveException(ErrorCode.QUERY_TIMEOUT, "the query was cancelled");
  }

  private String seconds() {
    double seconds = limits.timeout().toMillis() / 1000.0;
    return (seconds == Math.rint(seconds)
            ? Long.toString((long) seconds)
            : Double.toString(seconds))
        + " s";
  }

  private static Optional<Integer> position(VarveException failure) {
    return Optional.ofNullable(failure.details().get(DuckErrors.POSITION)).map(Integer::valueOf);
  }
}
