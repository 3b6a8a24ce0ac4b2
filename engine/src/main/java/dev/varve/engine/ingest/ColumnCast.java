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
      case PARSED -> "CAST(%s AS %s)".formatted(text(), duckType());
      case ROUND_TRIP ->
          "CASE WHEN %s THEN error('value does not fit') ELSE CAST(%s AS %s) END"
              .formatted(changes(), column, duckType());
    };
  }

  /** A condition on the file's row: that its value does not fit. Empty if all fit. */
  Optional<String> misfit() {
    String column = SqlText.name(from.name());
    Optional<String> unfit =
        switch (kind) {
          case EXACT -> Optional.empty();
          case PARSED ->
              Optional.of(
                  "(%1$s IS NOT NULL AND TRY_CAST(%1$s AS %2$s) IS NULL)"
                      .formatted(text(), duckType()));
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
