package dev.varve.engine.sql;

import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A value in a form that is the same for two values exactly if these are, and of the same type.
 *
 * <p>Values are compared as SQL does, with null and NaN equal to themselves and -0.0 to 0.0. Only
 * maps need another form: DuckDB compares their entries in the order in which they were written,
 * which means nothing.
 */
public final class ComparedSql {
  private ComparedSql() {}

  /** The SQL expression that brings a value into that form; null stays null. */
  public static String of(String value, Type type) {
    return of(value, type, 0);
  }

  /** Whether values of a type are compared as they stand. */
  public static boolean asItStands(Type type) {
    return type.isPrimitiveType()
        || TypeUtil.indexById(Types.StructType.of(NestedField.optional(0, "value", type)))
            .values()
            .stream()
            .noneMatch(field -> field.type().isMapType());
  }

  private static String of(String value, Type type, int depth) {
    if (asItStands(type)) {
      return value;
    }
    String item = "item" + depth;
    return switch (type.typeId()) {
      case STRUCT ->
          "CASE WHEN %s IS NOT NULL THEN struct_pack(%s) END"
              .formatted(value, fields(value, type.asStructType(), depth));
      case LIST ->
          "list_transform(%s, lambda %s: %s)"
              .formatted(value, item, of(item, type.asListType().elementType(), depth + 1));
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield "map_from_entries(list_sort(list_transform(map_entries(%s), lambda %s: struct_pack(k := %s, v := %s))))"
            .formatted(
                value,
                item,
                of(field(item, "key"), map.keyType(), depth + 1),
                of(field(item, "value"), map.valueType(), depth + 1));
      }
      default -> value;
    };
  }

  private static String fields(String value, Types.StructType struct, int depth) {
    return struct.fields().stream()
        .map(
            field ->
                SqlText.name(field.name())
                    + " := "
                    + of(field(value, field.name()), field.type(), depth + 1))
        .collect(Collectors.joining(", "));
  }

  private static String field(String struct, String name) {
    return "struct_extract(" + struct + ", " + SqlText.literal(name) + ")";
  }
}
