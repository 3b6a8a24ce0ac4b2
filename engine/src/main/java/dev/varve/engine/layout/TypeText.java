package dev.varve.engine.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Column types as text: SQL's names as DuckDB prints them, and Iceberg's own.
 *
 * <pre>
 * bigint, long, varchar, string, decimal(10, 2), timestamp, timestamptz, uuid, blob, …
 * integer[], list(integer), struct(a integer, "b c" varchar), map(varchar, double)
 * </pre>
 *
 * <p>A type that Iceberg lacks is read as the narrowest that holds all its values: {@code ubigint}
 * is {@code decimal(20, 0)}, an enum is a string.
 */
public final class TypeText {
  private final Words words;
  private final IntSupplier ids;

  private TypeText(String text, IntSupplier ids) {
    this.words = new Words(text, "type");
    this.ids = ids;
  }

  /**
   * Reads a type; nested fields are optional and take their ids from {@code ids}.
   *
   * @throws dev.varve.catalog.error.VarveException if there is no such type, or Iceberg has no type
   *     that holds its values
   */
  public static Type parse(String text, IntSupplier ids) {
    TypeText parser = new TypeText(text, ids);
    Type type = parser.type();
    parser.words.expectEnd();
    return type;
  }

  /** The type as SQL writes it: what {@link #parse} reads back. */
  public static String print(Type type) {
    return switch (type.typeId()) {
      case LONG -> "bigint";
      case INTEGER -> "integer";
      case STRING -> "varchar";
      case BINARY -> "blob";
      case TIMESTAMP ->
          ((Types.TimestampType) type).shouldAdjustToUTC() ? "timestamptz" : "timestamp";
      case TIMESTAMP_NANO ->
          ((Types.TimestampNanoType) type).shouldAdjustToUTC() ? "timestamptz_ns" : "timestamp_ns";
      case LIST -> print(type.asListType().elementType()) + "[]";
      case MAP ->
          "map(%s, %s)"
              .formatted(print(type.asMapType().keyType()), print(type.asMapType().valueType()));
      case STRUCT ->
          type.asStructType().fields().stream()
              .map(field -> Names.print(field.name()) + " " + print(field.type()))
              .collect(Collectors.joining(", ", "struct(", ")"));
      default -> type.toString();
    };
  }

  private Type type() {
    Type type = plain();
    while (words.takes("[")) {
      if (!words.takes("]")) {
        words.number();
        words.expect("]");
      }
      type = Types.ListType.ofOptional(ids.getAsInt(), type);
    }
    return type;
  }

  private Type plain() {
    String name = words.name().toLowerCase(Locale.ROOT);
    return switch (name) {
      case "boolean", "bool" -> Types.BooleanType.get();
      case "tinyint", "smallint", "utinyint", "usmallint", "integer", "int" ->
          Types.IntegerType.get();
      case "bigint", "long", "uinteger" -> Types.LongType.get();
      case "ubigint" -> Types.DecimalType.of(20, 0);
      case "hugeint", "uhugeint" -> Types.DecimalType.of(38, 0);
      case "float", "real" -> Types.FloatType.get();
      case "double" -> Types.DoubleType.get();
      case "decimal", "numeric" -> decimal();
      case "date" -> Types.DateType.get();
      case "time" -> time();
      case "timestamp" -> timestamp();
      case "datetime", "timestamp_s", "timestamp_ms" -> Types.TimestampType.withoutZone();
      case "timestamptz" -> Types.TimestampType.withZone();
      case "timestamp_ns" -> Types.TimestampNanoType.withoutZone();
      case "timestamptz_ns" -> Types.TimestampNanoType.withZone();
      case "varchar", "string", "text", "char", "json" -> Types.StringType.get();
      case "enum" -> skipArguments(Types.StringType.get());
      case "uuid" -> Types.UUIDType.get();
      case "blob", "binary", "bytea", "varbinary" -> Types.BinaryType.get();
      // What DuckDB calls the type of a column that holds nothing but nulls.
      case "null" -> Types.StringType.get();
      case "list" -> list();
      case "map" -> map();
      case "struct" -> struct();
      default ->
          throw words.error(
              "a table has no columns of type '" + name + "'",
              "cast it to a type such as varchar, bigint, double, decimal(p, s) or timestamp");
    };
  }

  private Type decimal() {
    if (!words.takes("(")) {
      return Types.DecimalType.of(18, 3);
    }
    int precision = words.number();
    int scale = words.takes(",") ? words.number() : 0;
    words.expect(")");
    if (precision < 1 || precision > 38 || scale > precision) {
      throw words.error("a decimal has 1 to 38 digits, and no more of them behind the point");
    }
    return Types.DecimalType.of(precision, scale);
  }

  private Type time() {
    if (words.sees("with")) {
      throw words.error("a table has no times with a zone", "cast it to time or timestamptz");
    }
    return Types.TimeType.get();
  }

  private Type timestamp() {
    if (words.takes("with")) {
      words.expect("time");
      words.expect("zone");
      return Types.TimestampType.withZone();
    }
    return Types.TimestampType.withoutZone();
  }

  private Type skipArguments(Type type) {
    words.expect("(");
    while (!words.takes(")")) {
      words.any();
    }
    return type;
  }

  private Type list() {
    words.expect("(");
    Type element = type();
    words.expect(")");
    return Types.ListType.ofOptional(ids.getAsInt(), element);
  }

  private Type map() {
    words.expect("(");
    Type key = type();
    words.expect(",");
    Type value = type();
    words.expect(")");
    return Types.MapType.ofOptional(ids.getAsInt(), ids.getAsInt(), key, value);
  }

  private Type struct() {
    words.expect("(");
    List<Types.NestedField> fields = new ArrayList<>();
    do {
      String name = words.name();
      fields.add(Types.NestedField.optional(ids.getAsInt(), name, type()));
    } while (words.takes(","));
    words.expect(")");
    return Types.StructType.of(fields);
  }
}
