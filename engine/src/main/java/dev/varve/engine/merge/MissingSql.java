package dev.varve.engine.merge;

import dev.varve.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** Conditions of SQL that find rows without a value where a schema requires one. */
final class MissingSql {
  private MissingSql() {}

  /**
   * Whether a value is missing, or one of those that it holds.
   *
   * @param value the field's value, as SQL
   */
  static String in(String value, NestedField field) {
    return in(value, field, 0);
  }

  private static String in(String value, NestedField field, int depth) {
    List<String> missing = new ArrayList<>();
    if (field.isRequired()) {
      missing.add(value + " IS NULL");
    }
    missing.addAll(below(value, field.type(), depth));
    return missing.isEmpty() ? "false" : "(" + String.join(" OR ", missing) + ")";
  }

  private static List<String> below(String value, Type type, int depth) {
    if (type.isStructType()) {
      return type.asStructType().fields().stream()
          .map(
              field ->
                  "(%s IS NOT NULL AND %s)"
                      .formatted(
                          value,
                          in(
                              "struct_extract(%s, %s)"
                                  .formatted(value, SqlText.literal(field.name())),
                              field,
                              depth)))
          .toList();
    } else if (type.isListType()) {
      return List.of(any(value, type.asListType().fields().get(0), depth));
    } else if (type.isMapType()) {
      NestedField held = type.asMapType().field(type.asMapType().valueId());
      return List.of(any("map_values(" + value + ")", held, depth));
    }
    return List.of();
  }

  private static String any(String list, NestedField element, int depth) {
    String item = "item" + depth;
    return "coalesce(len(list_filter(%s, lambda %s: %s)), 0) > 0"
        .formatted(list, item, in(item, element, depth + 1));
  }
}
