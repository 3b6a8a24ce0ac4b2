package dev.varve.spark;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_entries;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the merged table as pieces of Spark plans. Immutable.
 *
 * <p>A cell is a top-level column of a row; the columns of the row key are none. Values are the
 * same as in SQL's {@code IS NOT DISTINCT FROM}: null and NaN equal themselves, -0.0 equals 0.0,
 * and maps are the same if they have the same entries in any order.
 */
final class RowColumns {
  private static final String KEY = "__varve_key_";

  private static final Set<TypeID> UNKNOWN_TO_SPARK =
      EnumSet.of(TypeID.TIME, TypeID.TIMESTAMP_NANO, TypeID.GEOMETRY, TypeID.GEOGRAPHY);

  private final Schema schema;
  private final List<Integer> key;

  /**
   * @param key the field ids of the row key; none if rows are a bag
   */
  RowColumns(Schema schema, List<Integer> key) {
    this.schema = schema;
    this.key = key.stream().sorted().toList();
  }

  /**
   * Refuses what Spark has no type for: Iceberg says so late, and without the column.
   *
   * @param verb what is not possible then
   * @throws IllegalArgumentException if a column is, or holds, a time of day, or one with
   *     nanoseconds, or a place
   */
  static void requireTypes(Table table, String verb) {
    for (NestedField field : TypeUtil.indexById(table.schema().asStruct()).values()) {
      requireType(field, table.schema().findColumnName(field.fieldId()), table.name(), verb);
    }
  }

  /** As {@link #requireTypes}, of one column without what it holds. */
  static void requireType(NestedField field, String path, String table, String verb) {
    if (UNKNOWN_TO_SPARK.contains(field.type().typeId())) {
      throw new IllegalArgumentException(
          "cannot %s rows of '%s' on Spark: '%s' is a %s, which Spark has no type for; %1$s them in the server"
              .formatted(verb, table, path, field.type()));
    }
  }

  /** Whether a schema has a column, or one in a column, that Spark has no type for. */
  static boolean isUnknownToSpark(Schema schema) {
    return TypeUtil.indexById(schema.asStruct()).values().stream()
        .anyMatch(field -> UNKNOWN_TO_SPARK.contains(field.type().typeId()));
  }

  List<NestedField> all() {
    return schema.columns();
  }

  /** The columns that are not part of the key. */
  List<NestedField> cells() {
    return schema.columns().stream().filter(column -> !key.contains(column.fieldId())).toList();
  }

  /** A column by its name, whatever characters that has. */
  static Column named(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /** The columns that are in scope by name. */
  Column[] list() {
    return all().stream().map(column -> named(column.name())).toArray(Column[]::new);
  }

  /** The columns of the struct {@code row}, each by its name. */
  Column[] listOf(String row) {
    return all().stream()
        .map(column -> value(row, column).as(column.name()))
        .toArray(Column[]::new);
  }

  /** A struct of the columns that are in scope by name. */
  Column row() {
    return struct(list());
  }

  /** A cell of the struct {@code row}. */
  static Column value(String row, NestedField column) {
    return named(row).getField(column.name());
  }

  /** The names of temporary key columns. */
  String[] keyNames() {
    return IntStream.range(0, key.size()).mapToObj(at -> KEY + at).toArray(String[]::new);
  }

  /** The key of the struct {@code row}, as temporary key columns. */
  Column[] keyOf(String row) {
    Column[] columns = new Column[key.size()];
    for (int at = 0; at < columns.length; at++) {
      Column column = named(row);
      for (String name : path(schema.columns(), key.get(at))) {
        column = column.getField(name);
      }
      columns[at] = column.as(KEY + at);
    }
    return columns;
  }

  /** The key as a struct by the names of its fields. */
  Column keyStruct() {
    Column[] fields = new Column[key.size()];
    for (int at = 0; at < fields.length; at++) {
      fields[at] = named(KEY + at).as(keyName(at));
    }
    return struct(fields);
  }

  /** The key of a told conflict, which is a struct {@code key}, as temporary key columns. */
  Column[] keyOfConflict() {
    Column[] columns = new Column[key.size()];
    for (int at = 0; at < columns.length; at++) {
      columns[at] = named("key").getField(keyName(at)).as(KEY + at);
    }
    return columns;
  }

  private String keyName(int at) {
    return String.join(".", path(schema.columns(), key.get(at)));
  }

  /** The type of a row. */
  StructType type() {
    return SparkSchemaUtil.convert(schema);
  }

  /** Some columns beside others, as arguments of a selection. */
  static Column[] join(Column[] some, Column... others) {
    Column[] all = Arrays.copyOf(some, some.length + others.length);
    System.arraycopy(others, 0, all, some.length, others.length);
    return all;
  }

  /** The names that lead to a field; names may hold dots. */
  private static List<String> path(List<NestedField> fields, int id) {
    for (NestedField field : fields) {
      if (field.fieldId() == id) {
        return List.of(field.name());
      }
      if (field.type().isStructType()) {
        List<String> below = path(field.type().asStructType().fields(), id);
        if (!below.isEmpty()) {
          List<String> path = new ArrayList<>(List.of(field.name()));
          path.addAll(below);
          return path;
        }
      }
    }
    return List.of();
  }

  /** Whether two values of a column are the same. */
  static Column same(Column left, Column right, NestedField column) {
    return compared(left, column.type()).eqNullSafe(compared(right, column.type()));
  }

  /** Whether two structs agree in all columns of a list; true for none. */
  static Column sameIn(List<NestedField> columns, String left, String right) {
    return columns.stream()
        .map(column -> same(value(left, column), value(right, column), column))
        .reduce(lit(true), Column::and);
  }

  /** A value in a form that equals another one's exactly if the values are the same. */
  static Column compared(Column value, Type type) {
    if (asItStands(type)) {
      return value;
    }
    return switch (type.typeId()) {
      case STRUCT ->
          when(
              value.isNotNull(),
              struct(
                  type.asStructType().fields().stream()
                      .map(
                          field ->
                              compared(value.getField(field.name()), field.type()).as(field.name()))
                      .toArray(Column[]::new)));
      case LIST -> transform(value, item -> compared(item, type.asListType().elementType()));
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield array_sort(
            transform(
                map_entries(value),
                entry ->
                    struct(
                        compared(entry.getField("key"), map.keyType()).as("key"),
                        compared(entry.getField("value"), map.valueType()).as("value"))));
      }
      default -> value;
    };
  }

  /** Spark compares all but maps, whose entries have an order that means nothing. */
  private static boolean asItStands(Type type) {
    return type.isPrimitiveType()
        || TypeUtil.indexById(Types.StructType.of(NestedField.optional(0, "value", type)))
            .values()
            .stream()
            .noneMatch(field -> field.type().isMapType());
  }
}
