package dev.varve.server.api;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.FullDisk;
import dev.varve.catalog.error.VarveException;
import dev.varve.server.http.Problem;
import java.util.Optional;
import java.util.TreeMap;

/** Tells the errors of the catalog and the engine as answers. */
final class Problems {
  private Problems() {}

  static Optional<Problem> of(Exception exception) {
    Optional<VarveException> full = FullDisk.in(exception);
    if (full.isPresent()) {
      return full.map(Problems::of);
    }
    if (exception instanceof VarveException varve) {
      return Optional.of(of(varve));
    }
    if (exception instanceof Conflicted conflicted) {
      return Optional.of(
          Problem.of(
              ErrorCode.MERGE_CONFLICT.httpStatus(),
              ErrorCode.MERGE_CONFLICT.text(),
              conflicted.getMessage(),
              Optional.of("nothing was changed; 'details.conflicts' says what each side did"),
              conflicted.report()));
    }
    return Optional.empty();
  }

  private static Problem of(VarveException exception) {
    TreeMap<String, String> headers = new TreeMap<>();
    if (exception.code() == ErrorCode.BUSY
        || exception.code().category() == ErrorCategory.UNAVAILABLE) {
      headers.put("Retry-After", "1");
    }
    return new Problem(
        exception.code().httpStatus(),
        exception.code().text(),
        exception.getMessage(),
        exception.hint(),
        exception.details(),
        headers,
        exception.code().category() == ErrorCategory.INTERNAL);
  }
}
