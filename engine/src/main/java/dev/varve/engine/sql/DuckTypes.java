package dev.varve.engine.sql;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The DuckDB types that hold the values of Iceberg's types. */
public final class DuckTypes {
  private DuckTypes() {}

  /** The DuckDB type, as SQL text, that holds every value of {@code type}. */
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
      case TIMESTAMP_NANO ->
          ((Types.TimestampNanoType) type).shouldAdjustToUTC() ? "TIMESTAMPTZ_NS" : "TIMESTAMP_NS";
      case STRING -> "VARCHAR";
      case UUID -> "UUID";
      case FIXED, BINARY -> "BLOB";
      case DECIMAL -> {
        Types.DecimalType decimal = (Types.DecimalType) type;
        yield "DECIMAL(" + decimal.precision() + "," + decimal.scale() + ")";
      }
      case STRUCT -> struct(type.asStructType());
      case LIST -> of(type.asListType().elementType()) + "[]";
      case MAP ->
          "MAP(" + of(type.asMapType().keyType()) + ", " + of(type.asMapType().valueType()) + ")";
      case VARIANT -> "VARIANT";
      case GEOMETRY, GEOGRAPHY -> "GEOMETRY";
      case UNKNOWN -> "\"NULL\"";
    };
  }

  /**
   * Whether a type as DuckDB writes it is of structs, or of rows of values; lists of such are not.
   */
  public static boolean isStruct(String type) {
    return type.matches("(TUPLE|STRUCT)\\(.*\\)");
  }

  private static String struct(Types.StructType struct) {
    return struct.fields().stream()
        .map(field -> SqlText.name(field.name()) + " " + of(field.type()))
        .collect(Collectors.joining(", ", "STRUCT(", ")"));
  }
}
