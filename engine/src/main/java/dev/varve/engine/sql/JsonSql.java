package dev.varve.engine.sql;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** A value as JSON. NaN and the infinities, which JSON lacks, are texts in their place. */
public final class JsonSql {
  private JsonSql() {}

  /**
   * The SQL expression that gives the text of a JSON object. DuckDB's own function would read what
   * values give once more, and keep of a long decimal number what a double holds.
   *
   * @param members an expression for each member in JSON, by name
   */
  public static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(
            member ->
                "to_json(%s)::VARCHAR || ':' || %s"
                    .formatted(SqlText.literal(member.getKey()), orNull(member.getValue())))
        .collect(Collectors.joining(" || ',' || ", "('{' || ", " || '}')"));
  }

  /** The SQL expression that gives the JSON of a value, as JSON or VARCHAR; null stays null. */
  public static String of(String value, Type type) {
    return of(value, type, 0);
  }

  /**
   * The same within containers.
   *
   * @param depth how many lists and maps hold the value, which names their variables
   */
  private static String of(String value, Type type, int depth) {
    if (!holdsFloats(type)) {
      return "to_json(" + value + ")";
    }
    String item = "v" + depth;
    return switch (type.typeId()) {
      case STRUCT -> {
        Map<String, String> members = new LinkedHashMap<>();
        for (NestedField field : type.asStructType().fields()) {
          String member = "(" + value + ")." + SqlText.name(field.name());
          members.put(field.name(), of(member, field.type(), depth));
        }
        yield unlessNull(value, object(members));
      }
      case LIST -> {
        String each = orNull(of(item, type.asListType().elementType(), depth + 1));
        yield unlessNull(value, "'[' || %s || ']'".formatted(joined(value, item, each)));
      }
      case MAP -> {
        Type values = type.asMapType().valueType();
        String each =
            "to_json(%1$s.key::VARCHAR)::VARCHAR || ':' || %2$s"
                .formatted(item, orNull(of(item + ".value", values, depth + 1)));
        String entries = "map_entries(" + value + ")";
        yield unlessNull(value, "'{' || %s || '}'".formatted(joined(entries, item, each)));
      }
      default ->
          "CASE WHEN isfinite(%1$s) THEN to_json(%1$s) ELSE to_json(%1$s::VARCHAR) END"
              .formatted(value);
    };
  }

  private static boolean holdsFloats(Type type) {
    return TypeUtil.indexById(Types.StructType.of(NestedField.optional(0, "value", type)))
        .values()
        .stream()
        .anyMatch(field -> EnumSet.of(TypeID.FLOAT, TypeID.DOUBLE).contains(field.type().typeId()));
  }

  private static String unlessNull(String value, String json) {
    return "CASE WHEN %s IS NOT NULL THEN %s END".formatted(value, json);
  }

  private static String orNull(String json) {
    return "coalesce((%s)::VARCHAR, 'null')".formatted(json);
  }

  private static String joined(String list, String item, String each) {
    return "coalesce(array_to_string(list_transform(%s, lambda %s: %s), ','), '')"
        .formatted(list, item, each);
  }
}
