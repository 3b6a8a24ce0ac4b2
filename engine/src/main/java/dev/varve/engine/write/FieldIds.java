package dev.varve.engine.write;

import dev.varve.engine.sql.SqlText;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The {@code FIELD_IDS} option of DuckDB's Parquet writer for a schema, nested fields included. */
final class FieldIds {
  private FieldIds() {}

  static String of(List<Types.NestedField> fields) {
    return fields.stream()
        .map(field -> SqlText.name(field.name()) + ": " + field(field.fieldId(), field.type()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String field(int id, Type type) {
    String children = children(type);
    return children.isEmpty()
        ? Integer.toString(id)
        : "{__duckdb_field_id: " + id + ", " + children + "}";
  }

  private static String children(Type type) {
    return switch (type.typeId()) {
      case STRUCT ->
          type.asStructType().fields().stream()
              .map(f -> SqlText.name(f.name()) + ": " + field(f.fieldId(), f.type()))
              .collect(Collectors.joining(", "));
      case LIST -> {
        Types.ListType list = type.asListType();
        yield "element: " + field(list.elementId(), list.elementType());
      }
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield "key: "
            + field(map.keyId(), map.keyType())
            + ", value: "
            + field(map.valueId(), map.valueType());
      }
      default -> "";
    };
  }
}
