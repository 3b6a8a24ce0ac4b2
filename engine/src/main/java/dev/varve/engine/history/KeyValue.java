package dev.varve.engine.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.SqlText;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expression.Operation;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The value of one column of a row key.
 *
 * @param column the column's full name
 * @param text as it was given
 * @param expression what is true of a file that may hold the value, for Iceberg
 * @param path the column as SQL
 * @param sql the value as SQL
 */
record KeyValue(String column, String text, Expression expression, String path, String sql) {
  /**
   * Reads a value as the column's type has it; binary values are hexadecimal digits.
   *
   * @throws VarveException if it is none
   */
  static KeyValue parse(Schema schema, String column, String text) {
    Type type = schema.findType(column);
    Optional<Literal<?>> literal;
    try {
      literal = Optional.ofNullable(literal(type, text.strip(), text));
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      literal = Optional.empty();
    }
    Literal<?> value =
        literal.orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.INVALID_REQUEST,
                    "'%s' is no value of the key column '%s', whose type is %s"
                        .formatted(text, column, type),
                    "write it as SQL does without quotes, such as " + example(type),
                    Map.of("column", column),
                    null));
    return new KeyValue(
        column,
        text,
        expression(type, column, value),
        FieldPath.sql(schema, schema.findField(column).fieldId()),
        sql(type, text));
  }

  /** Iceberg compares UUIDs by signed halves, but files state their bounds by unsigned bytes. */
  private static Expression expression(Type type, String column, Literal<?> value) {
    return type.typeId() == Type.TypeID.UUID
        ? Expressions.alwaysTrue()
        : Expressions.predicate(Operation.EQ, column, value);
  }

  /** The column being equal to the value, as SQL. */
  String condition() {
    return path + " = " + sql;
  }

  private static Literal<?> literal(Type type, String text, String raw) {
    return switch (type.typeId()) {
      case BOOLEAN ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> Literal.of(true);
            case "false" -> Literal.of(false);
            default -> null;
          };
      case INTEGER -> Literal.of(Integer.parseInt(text));
      case LONG -> Literal.of(Long.parseLong(text));
      case DECIMAL -> Literal.of(new BigDecimal(text).setScale(((Types.DecimalType) type).scale()));
      case STRING -> Literal.of(raw);
      case TIMESTAMP, TIMESTAMP_NANO -> Literal.of(timestamp(type, text)).to(type);
      case DATE, TIME, UUID -> Literal.of(text).to(type);
      case FIXED, BINARY -> Literal.of(ByteBuffer.wrap(HexFormat.of().parseHex(text)));
      default -> null;
    };
  }

  /** Iceberg reads a 'T' between date and time, and wants a zone where the type has one. */
  private static String timestamp(Type type, String text) {
    String iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T");
    boolean zoned = iso.matches(".*(Z|z|[+-]\\d{2}:\\d{2})$");
    return isZoned(type) && !zoned ? iso + "+00:00" : iso;
  }

  private static boolean isZoned(Type type) {
    return type instanceof Types.TimestampNanoType nanos
        ? nanos.shouldAdjustToUTC()
        : ((Types.TimestampType) type).shouldAdjustToUTC();
  }

  private static String sql(Type type, String text) {
    return switch (type.typeId()) {
      case FIXED, BINARY -> "unhex(" + SqlText.literal(text.strip()) + ")";
      case STRING -> SqlText.literal(text);
      case TIMESTAMP, TIMESTAMP_NANO ->
          "CAST(%s AS %s)"
              .formatted(SqlText.literal(timestamp(type, text.strip())), DuckTypes.of(type));
      default -> "CAST(%s AS %s)".formatted(SqlText.literal(text.strip()), DuckTypes.of(type));
    };
  }

  private static String example(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> "true";
      case DATE -> "2026-11-01";
      case TIME -> "08:30:00";
      case TIMESTAMP, TIMESTAMP_NANO -> "2026-11-01T08:30:00";
      case UUID -> "f79c3e09-677c-4bbd-a479-3f349cb785e7";
      case FIXED, BINARY -> "c0ffee";
      default -> "17";
    };
  }

  @Override
  public String toString() {
    return column + "=" + text;
  }
}
