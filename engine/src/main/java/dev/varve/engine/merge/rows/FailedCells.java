package dev.varve.engine.merge.rows;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckMessage;
import dev.varve.engine.sql.DuckSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Finds out of which cell a rule, or a value that was given, made a comparison of rows fail.
 *
 * @param table what people call it
 */
record FailedCells(DuckSession session, RowDecision decision, String table) {
  private static final Set<ErrorCode> OF_VALUES =
      Set.of(ErrorCode.INVALID_SQL, ErrorCode.UNSUPPORTED);

  private static final String TRIED = "__varve_tried";

  /**
   * The failure in terms of what users wrote; as it is if it is of another kind.
   *
   * @param sides the rows that were compared
   */
  VarveException explain(VarveException failure, String sides) {
    if (!OF_VALUES.contains(failure.code())) {
      return failure;
    }
    for (NestedField column : decision.columns().cells()) {
      if (decision.isComputed(column)) {
        Optional<VarveException> why =
            failure("SELECT v FROM (" + decision.computed(column, "%s", sides) + ")");
        if (why.isPresent()) {
          return explain(column, sides, why.get());
        }
      }
    }
    return new VarveException(
        failure.code(),
        "cannot merge the rows of '%s': %s"
            .formatted(table, DuckMessage.of(failure.getMessage()).text()),
        "nothing was changed; settle conflicts by hand: merge with --prepare",
        Map.of("table", table),
        failure);
  }

  private Optional<VarveException> failure(String query) {
    try {
      session.execute("CREATE OR REPLACE TEMP TABLE " + TRIED + " AS " + query);
      return Optional.empty();
    } catch (VarveException e) {
      return OF_VALUES.contains(e.code()) ? Optional.of(e) : Optional.empty();
    }
  }

  private VarveException explain(NestedField column, String sides, VarveException why) {
    String row = row(column, sides).map(key -> " in the row " + key).orElse("");
    String said = DuckMessage.of(why.getMessage()).text();
    Map<String, String> details = Map.of("table", table, "column", column.name());
    return decision.rule(column).isPresent()
        ? new VarveException(
            ErrorCode.INVALID_SQL,
            "cannot use the rule '%s' for '%s'%s: %s"
                .formatted(
                    decision.rule(column).get().text(),
                    decision.rule(column).get().name(),
                    row,
                    said),
            "nothing was changed; let the rule give a value that the column can take",
            details,
            why)
        : new VarveException(
            ErrorCode.INVALID_SQL,
            "cannot settle '%s.%s'%s by what was given: %s"
                .formatted(table, column.name(), row, said),
            "nothing was changed; give another value with"
                + " 'varve prepared resolve', or say --take ours or theirs",
            details,
            why);
  }

  /** The key of a row where it fails, as JSON. */
  private Optional<String> row(NestedField column, String sides) {
    String tried =
        decision
            .computed(column, "TRY([%s])", sides)
            .replace(CellRule.NO_WINNER, "CAST('' AS UUID)::VARCHAR");
    try {
      List<String> keys =
          ComparedRows.texts(
              session,
              "SELECT %s FROM (%s) WHERE v IS NULL LIMIT 1"
                  .formatted(decision.columns().keyJson(), tried));
      return keys.stream().findFirst();
    } catch (VarveException e) {
      return Optional.empty();
    }
  }
}
