package dev.varve.engine.sql;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Type;

/** A value as JSON. NaN and the infinities, which JSON lacks, make a text of what holds them. */
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
                "to_json(%s)::VARCHAR || ':' || coalesce((%s)::VARCHAR, 'null')"
                    .formatted(SqlText.literal(member.getKey()), member.getValue()))
        .collect(Collectors.joining(" || ',' || ", "('{' || ", " || '}')"));
  }

  /** The SQL expression that gives the JSON of a value; null stays null. */
  public static String of(String value, Type type) {
    return switch (type.typeId()) {
      case FLOAT, DOUBLE ->
          "CASE WHEN isfinite(%1$s) THEN to_json(%1$s) ELSE to_json(%1$s::VARCHAR) END"
              .formatted(value);
      case STRUCT, LIST, MAP ->
          "CASE WHEN regexp_matches(to_json(%1$s)::VARCHAR, '[:,\\[]-?(NaN|Infinity)')"
                  .formatted(value)
              + " THEN to_json(%1$s::VARCHAR) ELSE to_json(%1$s) END".formatted(value);
      default -> "to_json(" + value + ")";
    };
  }
}
