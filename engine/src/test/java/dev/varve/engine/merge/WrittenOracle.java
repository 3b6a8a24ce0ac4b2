package dev.varve.engine.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/** Which columns that one side dropped the other gave other values, computed with lists of rows. */
record WrittenOracle(StateRows read, ThreeWay<TableMetadata> sides) {
  /** Whether a side gave rows of base other values in a column, which may lie in structs. */
  boolean wrote(Winner winner, int column) {
    TableMetadata base = sides.base().orElseThrow();
    TableMetadata side = sides.of(winner);
    Schema schema = side.schema();
    List<List<Object>> before = RowOracle.rows(read, base, schema);
    List<List<Object>> after = RowOracle.rows(read, side, schema);
    Set<Integer> key = schema.identifierFieldIds();
    boolean keyed = !key.isEmpty() && key.equals(base.schema().identifierFieldIds());
    return keyed
        ? differsByKey(schema, key, before, after, column)
        : movesWithinOthers(schema, before, after, column);
  }

  private static boolean differsByKey(
      Schema schema,
      Set<Integer> key,
      List<List<Object>> before,
      List<List<Object>> after,
      int column) {
    Map<List<Object>, Object> values = new HashMap<>();
    before.forEach(
        row -> values.put(RowOracle.key(schema, key, row), value(schema.asStruct(), row, column)));
    return after.stream()
        .anyMatch(
            row -> {
              List<Object> at = RowOracle.key(schema, key, row);
              return values.containsKey(at)
                  && !Objects.equals(values.get(at), value(schema.asStruct(), row, column));
            });
  }

  /** Whether a row went and one came that differs from it in the column, and in no other. */
  private static boolean movesWithinOthers(
      Schema schema, List<List<Object>> before, List<List<Object>> after, int column) {
    List<List<Object>> gone = narrowed(schema, before, column);
    List<List<Object>> came = narrowed(schema, after, column);
    List<List<Object>> stayed = new ArrayList<>();
    for (List<Object> row : gone) {
      if (came.remove(row)) {
        stayed.add(row);
      }
    }
    stayed.forEach(gone::remove);
    return gone.stream()
        .anyMatch(row -> came.stream().anyMatch(it -> it.get(0).equals(row.get(0))));
  }

  /** Rows as the values of all top-level columns but the one in question, and its value. */
  private static List<List<Object>> narrowed(Schema schema, List<List<Object>> rows, int column) {
    List<List<Object>> narrowed = new ArrayList<>();
    for (List<Object> row : rows) {
      List<Object> others = new ArrayList<>();
      for (int at = 0; at < row.size(); at++) {
        if (!holds(schema.columns().get(at), column)) {
          others.add(row.get(at));
        }
      }
      List<Object> both = new ArrayList<>();
      both.add(others);
      both.add(value(schema.asStruct(), row, column));
      narrowed.add(both);
    }
    return narrowed;
  }

  private static boolean holds(NestedField field, int column) {
    return TypeUtil.indexById(StructType.of(field)).containsKey(column);
  }

  /** A field's value in a row; of what lies in lists and maps, the values of all items. */
  private static Object value(Type type, Object held, int column) {
    if (held == null) {
      return null;
    } else if (type.isListType()) {
      Type element = type.asListType().elementType();
      List<Object> values = new ArrayList<>();
      ((List<?>) held).forEach(item -> values.add(value(element, item, column)));
      return values;
    } else if (type.isMapType()) {
      Type of = type.asMapType().valueType();
      Map<Object, Object> values = new HashMap<>();
      ((Map<?, ?>) held).forEach((k, item) -> values.put(k, value(of, item, column)));
      return values;
    }
    List<NestedField> fields = type.asStructType().fields();
    for (int at = 0; at < fields.size(); at++) {
      Object value = ((List<?>) held).get(at);
      if (fields.get(at).fieldId() == column) {
        return value;
      } else if (holds(fields.get(at), column)) {
        return value(fields.get(at).type(), value, column);
      }
    }
    return null;
  }
}
