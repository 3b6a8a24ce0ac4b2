package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.util.Optional;

/** Explains failures over formats whose rows have numbers but no lines. */
final class TypedFailures {
  private TypedFailures() {}

  static VarveException explain(
      VarveException failure, RowProbe rows, String relation, FileFormat format, Path path) {
    Optional<RowProbe.Misfit> misfit;
    try {
      misfit = rows.find(relation);
    } catch (VarveException unreadable) {
      return SourceErrors.broken(format, SourceErrors.words(failure, path), failure);
    }
    return misfit
        .map(m -> SourceErrors.misfit("row", m.row(), m, failure))
        .orElseGet(() -> SourceErrors.broken(format, SourceErrors.words(failure, path), failure));
  }
}
