package dev.varve.engine.write;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** How Iceberg's types are written in DuckDB's SQL. */
public final class DuckTypes {
  private DuckTypes() {}

  /**
   * The DuckDB type whose Parquet form is what Iceberg asks of {@code type}.
   *
   * @throws IllegalArgumentException if DuckDB has no such type
   */
  public static String of(Type type) {
    return switch (type.typeId()) {
      case BOOLEAN -> "BOOLEAN";
      case INTEGER -> "INTEGER";
      case LONG -> "BIGINT";
      case FLOAT -> "FLOAT";
      case DOUBLE -> "DOUBLE";
      case DATE -> "DATE";
      case TIME -> "TIME";
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ" : "TIMESTAMP";
      case TIMESTAMP_NANO -> nanoseconds((Types.TimestampNanoType) type);
      case STRING -> "VARCHAR";
      case UUID -> "UUID";
      case BINARY -> "BLOB";
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
      }
      case STRUCT -> struct(type.asStructType());
      case LIST -> of(type.asListType().elementType()) + "[]";
      case MAP ->
          "MAP(" + of(type.asMapType().keyType()) + ", " + of(type.asMapType().valueType()) + ")";
      // A FIXED column would be written as plain binary, which its readers refuse.
      case FIXED, UNKNOWN, VARIANT, GEOMETRY, GEOGRAPHY -> throw unsupported(type);
    };
  }

  private static String struct(Types.StructType struct) {
    return struct.fields().stream()
        .map(field -> SqlText.name(field.name()) + " " + of(field.type()))
        .collect(Collectors.joining(", ", "STRUCT(", ")"));
  }

  private static String nanoseconds(Types.TimestampNanoType type) {
    if (type.shouldAdjustToUTC()) {
      throw unsupported(type);
    }
    return "TIMESTAMP_NS";
  }

  private static IllegalArgumentException unsupported(Type type) {
    return new IllegalArgumentException("columns of type " + type + " cannot be written");
  }
}
