package dev.varve.engine.ingest;

import dev.varve.engine.layout.TypeText;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.SqlText;
import java.util.Optional;
import org.apache.iceberg.types.Types;

/**
 * How the values of a file's column become those of a table's column.
 *
 * @param from the file's column
 * @param to the table's column
 * @param kind what has to be watched on the way
 */
record ColumnCast(SourceColumn from, Types.NestedField to, Kind kind) {
  private static final int MAX_DIGITS = 38;
  private static final int LONG_DIGITS = 19;

  enum Kind {
    /** Every value fits. */
    EXACT,
    /** A value fits if it is the same when it is brought back. */
    ROUND_TRIP,
    /** A text that is read as the table's type. */
    PARSED
  }

  /** The type as people write it. */
  String target() {
    return TypeText.print(to.type());
  }

  /** The value for the table; fails on a row that does not fit. */
  String sql() {
    String column = SqlText.name(from.name());
    return switch (kind) {
      case EXACT -> "CAST(%s AS %s)".formatted(column, duckType());
      case PARSED ->
          rounds()
              .map(condition -> unless(condition, text()))
              .orElse("CAST(%s AS %s)".formatted(text(), duckType()));
      case ROUND_TRIP -> unless(changes(), column);
    };
  }

  private String unless(String misfit, String value) {
    return "CASE WHEN %s THEN error('value does not fit') ELSE CAST(%s AS %s) END"
        .formatted(misfit, value, duckType());
  }

  /** A condition on the file's row: that its value does not fit. Empty if all fit. */
  Optional<String> misfit() {
    String column = SqlText.name(from.name());
    Optional<String> unfit =
        switch (kind) {
          case EXACT -> Optional.empty();
          case PARSED ->
              Optional.of(
                  "(%s IS NOT NULL AND TRY_CAST(%s AS %s) IS NULL%s)"
                      .formatted(
                          text(), text(), duckType(), rounds().map(c -> " OR " + c).orElse("")));
          case ROUND_TRIP -> Optional.of("(" + changes() + ")");
        };
    if (!to.isRequired()) {
      return unfit;
    }
    String missing = column + " IS NULL";
    return Optional.of(unfit.map(condition -> condition + " OR " + missing).orElse(missing));
  }

  private String changes() {
    return "TRY_CAST(TRY_CAST(%1$s AS %2$s) AS %3$s) IS DISTINCT FROM %1$s"
        .formatted(SqlText.name(from.name()), duckType(), from.duckType());
  }

  /**
   * A condition on a text: that DuckDB would round it to read it as a number of so many digits.
   * Empty for types that take a number as it is.
   */
  private Optional<String> rounds() {
    return digits()
        .map(
            whole ->
                "TRY_CAST(%1$s AS %3$s) IS DISTINCT FROM CAST(TRY_CAST(%1$s AS %2$s) AS %3$s)"
                    .formatted(
                        text(), duckType(), "DECIMAL(38, %d)".formatted(MAX_DIGITS - whole)));
  }

  /** How many digits the table's numbers have before the point, if what follows it is limited. */
  private Optional<Integer> digits() {
    return switch (to.type().typeId()) {
      case INTEGER, LONG -> Optional.of(LONG_DIGITS);
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) to.type();
        yield Optional.of(decimal.precision() - decimal.scale());
      }
      default -> Optional.empty();
    };
  }

  /** The file's value as a person would write it. */
  String shown() {
    return text() + "::VARCHAR";
  }

  private String text() {
    String column = SqlText.name(from.name());
    return from.duckType().equals(SourceColumn.JSON) ? "(" + column + " ->> '$')" : column;
  }

  private String duckType() {
    return DuckTypes.of(to.type());
  }
}
