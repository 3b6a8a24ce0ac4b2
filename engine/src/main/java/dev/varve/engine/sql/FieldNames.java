package dev.varve.engine.sql;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What the fields of a schema or a file are called, and in which order they are.
 *
 * @param order the field ids, each before those of the fields that it holds
 * @param names by field id
 */
record FieldNames(List<Integer> order, Map<Integer, String> names) {
  /** Of no field. */
  static final FieldNames NONE = new FieldNames(List.of(), Map.of());

  FieldNames {
    order = List.copyOf(order);
    names = Map.copyOf(names);
  }

  /** From names by field id, in order. */
  static FieldNames of(LinkedHashMap<Integer, String> ordered) {
    return new FieldNames(List.copyOf(ordered.keySet()), ordered);
  }

  static FieldNames of(Schema schema) {
    LinkedHashMap<Integer, String> names = new LinkedHashMap<>();
    add(names, schema.columns());
    return of(names);
  }

  private static void add(LinkedHashMap<Integer, String> names, List<NestedField> fields) {
    for (NestedField field : fields) {
      names.put(field.fieldId(), field.name());
      if (field.type().isNestedType()) {
        add(names, field.type().asNestedType().fields());
      }
    }
  }

  boolean has(int id) {
    return names.containsKey(id);
  }

  /** The name of a field that there is. */
  String of(int id) {
    return names.get(id);
  }

  /** Whether a column comes with the same fields first, in the same order, whatever their names. */
  boolean beginWith(NestedField column) {
    List<Integer> fields = of(new Schema(column)).order;
    int first = order.indexOf(column.fieldId());
    int end = first + fields.size();
    return first >= 0 && end <= order.size() && order.subList(first, end).equals(fields);
  }
}
