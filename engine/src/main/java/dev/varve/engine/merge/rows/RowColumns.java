package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.ComparedSql;
import dev.varve.engine.sql.FieldPath;
import dev.varve.engine.sql.JsonSql;
import dev.varve.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The columns of the merged table as pieces of SQL. Immutable.
 *
 * <p>A cell is a top-level column of a row; the columns of the row key are none.
 */
final class RowColumns {
  private final Schema schema;
  private final List<Integer> key;

  RowColumns(Schema schema, Set<Integer> key) {
    this.schema = schema;
    this.key = key.stream().sorted().toList();
  }

  Schema schema() {
    return schema;
  }

  List<NestedField> all() {
    return schema.columns();
  }

  /** The columns that are not part of the key. */
  List<NestedField> cells() {
    return schema.columns().stream().filter(this::isCell).toList();
  }

  /** The columns' names as a list. */
  String names() {
    return list(column -> SqlText.name(column.name()));
  }

  /** One item for each column, separated by commas. */
  String list(Function<NestedField, String> item) {
    return schema.columns().stream().map(item).collect(Collectors.joining(", "));
  }

  /** Whether a column is not part of the key. */
  boolean isCell(NestedField column) {
    return !key.contains(column.fieldId());
  }

  /** A column by its name in the table. */
  static String bare(NestedField column) {
    return SqlText.name(column.name());
  }

  /** A cell of the struct {@code row}. */
  static String value(String row, NestedField column) {
    return field(row, column.name());
  }

  static String field(String struct, String name) {
    return "struct_extract(" + struct + ", " + SqlText.literal(name) + ")";
  }

  /** A struct of the columns that are in scope by name. */
  String struct() {
    return struct(column -> SqlText.name(column.name()));
  }

  String struct(Function<NestedField, String> value) {
    return "struct_pack("
        + list(column -> SqlText.name(column.name()) + " := " + value.apply(column))
        + ")";
  }

  /** Whether two values of a column are the same; null and NaN equal themselves. */
  static String same(String left, String right, NestedField column) {
    return ComparedSql.of(left, column.type())
        + " IS NOT DISTINCT FROM "
        + ComparedSql.of(right, column.type());
  }

  /** Whether two forms of a row agree in all columns that are not part of the key. */
  String sameCells(Function<NestedField, String> left, Function<NestedField, String> right) {
    return Stream.concat(
            Stream.of("true"),
            cells().stream().map(column -> same(left.apply(column), right.apply(column), column)))
        .collect(Collectors.joining(" AND ", "(", ")"));
  }

  /** The field ids of the key. */
  List<Integer> keyIds() {
    return key;
  }

  /** How many fields the key has. */
  int keySize() {
    return key.size();
  }

  /**
   * The fields of the key in a relation that has the columns, each {@linkplain #keyColumn named}.
   */
  String namedKeys() {
    return keys(at -> key(at, RowColumns::bare) + " AS " + keyColumn(at));
  }

  /** The type of a field of the key. */
  Type keyType(int at) {
    return schema.findType(key.get(at));
  }

  /**
   * A field of the key.
   *
   * @param column what the top-level column is called that holds it
   */
  String key(int at, Function<NestedField, String> column) {
    List<String> path = FieldPath.names(schema, key.get(at));
    String sql = column.apply(topLevel(path.get(0)));
    for (String name : path.subList(1, path.size())) {
      sql = field(sql, name);
    }
    return sql;
  }

  private NestedField topLevel(String name) {
    return schema.columns().stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Whether a field of the key is the column, or lies in it. */
  boolean holdsKey(NestedField column) {
    return key.stream().anyMatch(id -> FieldPath.names(schema, id).get(0).equals(column.name()));
  }

  /** The full name of a field of the key. */
  String keyName(int at) {
    return String.join(".", FieldPath.names(schema, key.get(at)));
  }

  /** One item for each field of the key, by its number, separated by commas. */
  String keys(Function<Integer, String> item) {
    return keys(item, ", ");
  }

  String keys(Function<Integer, String> item, String separator) {
    List<String> items = new ArrayList<>();
    for (int at = 0; at < key.size(); at++) {
      items.add(item.apply(at));
    }
    return String.join(separator, items);
  }

  /** The names of temporary key columns: names of the table's columns do not begin like this. */
  static String keyColumn(int at) {
    return "\"__varve_key_" + at + '"';
  }

  /** The key of temporary key columns as the text of a JSON object. */
  String keyJson() {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int at = 0; at < key.size(); at++) {
      fields.put(keyName(at), JsonSql.of(keyColumn(at), keyType(at)));
    }
    return JsonSql.object(fields);
  }

  /** A whole row as the text of a JSON object, null if there is none. */
  String rowJson(String row) {
    Map<String, String> fields = new LinkedHashMap<>();
    schema
        .columns()
        .forEach(
            column -> fields.put(column.name(), JsonSql.of(value(row, column), column.type())));
    return "CASE WHEN " + row + " IS NOT NULL THEN " + JsonSql.object(fields) + " END";
  }
}
