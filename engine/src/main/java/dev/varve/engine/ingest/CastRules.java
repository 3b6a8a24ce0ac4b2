package dev.varve.engine.ingest;

import dev.varve.engine.ingest.ColumnCast.Kind;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Which types of a file's column go into which types of a table's column.
 *
 * <p>A type goes into a wider one; numbers also into a narrower one, if every value fits exactly. A
 * file that states its types is taken at its word: text is not read as a number, nor a number
 * written as text. Where types were only found out from text, text is read as the table's type, and
 * midnight as a day.
 */
final class CastRules {
  private CastRules() {}

  /** How the values go over; empty if they cannot. */
  static Optional<Kind> kind(SourceColumn column, Type to, boolean guessed) {
    if (column.isUntyped()) {
      return Optional.of(Kind.EXACT);
    }
    Type from = column.type();
    if (from.typeId() == Type.TypeID.STRING && to.typeId() != Type.TypeID.STRING) {
      return guessed ? Optional.of(Kind.PARSED) : Optional.empty();
    }
    if (column.duckType().equals(SourceColumn.JSON)) {
      return Optional.of(Kind.PARSED);
    }
    if (guessed
        && from.equals(Types.TimestampType.withoutZone())
        && to.equals(Types.DateType.get())) {
      return Optional.of(Kind.ROUND_TRIP);
    }
    if (from.isPrimitiveType() && to.isPrimitiveType()) {
      boolean asText = guessed && to.typeId() == Type.TypeID.STRING;
      return asText ? Optional.of(Kind.EXACT) : primitive(from, to);
    }
    return nested(from, to, guessed) ? Optional.of(Kind.EXACT) : Optional.empty();
  }

  private static Optional<Kind> primitive(Type from, Type to) {
    if (from.equals(to) || widens(from, to)) {
      return Optional.of(Kind.EXACT);
    }
    boolean sameMoment =
        from.typeId() == Type.TypeID.TIMESTAMP_NANO && to.equals(Types.TimestampType.withoutZone());
    boolean secondsToNanos =
        to.typeId() == Type.TypeID.TIMESTAMP_NANO && from.equals(Types.TimestampType.withoutZone());
    return (isNumber(from) && isNumber(to)) || sameMoment || secondsToNanos
        ? Optional.of(Kind.ROUND_TRIP)
        : Optional.empty();
  }

  private static boolean widens(Type from, Type to) {
    return switch (from.typeId()) {
      case INTEGER -> to.typeId() == Type.TypeID.LONG || to.typeId() == Type.TypeID.DOUBLE;
      case FLOAT -> to.typeId() == Type.TypeID.DOUBLE;
      case DATE -> to.equals(Types.TimestampType.withoutZone());
      case DECIMAL -> to.typeId() == Type.TypeID.DECIMAL && widens(decimal(from), decimal(to));
      default -> false;
    };
  }

  private static boolean widens(Types.DecimalType from, Types.DecimalType to) {
    return to.scale() >= from.scale()
        && to.precision() - to.scale() >= from.precision() - from.scale();
  }

  private static Types.DecimalType decimal(Type type) {
    return (Types.DecimalType) type;
  }

  private static boolean isNumber(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> true;
      default -> false;
    };
  }

  /** Nested values go over whole: their parts must be of the same shape, and none narrower. */
  private static boolean nested(Type from, Type to, boolean guessed) {
    if (from.typeId() != to.typeId()) {
      return from.isPrimitiveType()
          && to.isPrimitiveType()
          && (guessed || primitive(from, to).equals(Optional.of(Kind.EXACT)));
    }
    return switch (from.typeId()) {
      case STRUCT ->
          from.asStructType().fields().stream()
              .allMatch(field -> fits(field, to.asStructType(), guessed));
      case LIST -> nested(from.asListType().elementType(), to.asListType().elementType(), guessed);
      case MAP ->
          nested(from.asMapType().keyType(), to.asMapType().keyType(), guessed)
              && nested(from.asMapType().valueType(), to.asMapType().valueType(), guessed);
      default -> guessed || primitive(from, to).equals(Optional.of(Kind.EXACT));
    };
  }

  private static boolean fits(Types.NestedField field, Types.StructType to, boolean guessed) {
    Types.NestedField target = to.caseInsensitiveField(field.name());
    return target != null && nested(field.type(), target.type(), guessed);
  }
}
