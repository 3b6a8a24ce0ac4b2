package dev.varve.engine.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/** Says what a commit did to a table's columns, partitions and order. */
final class SchemaMessages {
  private SchemaMessages() {}

  static List<String> describe(String name, TableMetadata base, TableMetadata updated) {
    List<String> parts = new ArrayList<>();
    if (base.formatVersion() != updated.formatVersion()) {
      parts.add("upgrade %s to format v%d".formatted(name, updated.formatVersion()));
    }
    if (!base.schema().sameSchema(updated.schema())) {
      parts.addAll(columns(name, base.schema(), updated.schema()));
    }
    if (!base.spec().compatibleWith(updated.spec())) {
      parts.add(partitioning(name, updated.schema(), updated.spec()));
    }
    if (!base.sortOrder().sameOrder(updated.sortOrder())) {
      parts.add(order(name, updated.sortOrder()));
    }
    if (!base.location().equals(updated.location())) {
      parts.add("set the location of " + name);
    }
    return parts;
  }

  private static List<String> columns(String name, Schema base, Schema updated) {
    Map<Integer, Types.NestedField> before = TypeUtil.indexById(base.asStruct());
    Map<Integer, Types.NestedField> after = TypeUtil.indexById(updated.asStruct());
    List<String> parts = new ArrayList<>();
    after.forEach(
        (id, field) -> {
          Types.NestedField old = before.get(id);
          String column = updated.findColumnName(id);
          if (old == null) {
            addTop(parts, "add column %s to %s", column, name);
          } else if (!old.name().equals(field.name())) {
            parts.add(
                "rename column %s of %s to %s".formatted(base.findColumnName(id), name, column));
          } else if (old.type().isPrimitiveType() && !old.type().equals(field.type())) {
            parts.add("change column %s of %s to %s".formatted(column, name, field.type()));
          }
        });
    before.keySet().stream()
        .filter(id -> !after.containsKey(id))
        .forEach(id -> addTop(parts, "drop column %s from %s", base.findColumnName(id), name));
    if (parts.isEmpty()) {
      parts.add("change the columns of " + name);
    }
    return parts;
  }

  /** A struct comes and goes with its fields: only the outermost column is named. */
  private static void addTop(List<String> parts, String phrase, String column, String table) {
    for (int dot = column.indexOf('.'); dot > 0; dot = column.indexOf('.', dot + 1)) {
      if (parts.contains(phrase.formatted(column.substring(0, dot), table))) {
        return;
      }
    }
    parts.add(phrase.formatted(column, table));
  }

  private static String partitioning(String name, Schema schema, PartitionSpec spec) {
    List<String> fields = new ArrayList<>();
    for (PartitionField field : spec.fields()) {
      String column = schema.findColumnName(field.sourceId());
      if (!field.transform().isVoid()) {
        fields.add(
            field.transform().isIdentity()
                ? column
                : "%s(%s)".formatted(field.transform(), column));
      }
    }
    return fields.isEmpty()
        ? "stop partitioning " + name
        : "partition %s by %s".formatted(name, String.join(", ", fields));
  }

  private static String order(String name, SortOrder order) {
    if (order.isUnsorted()) {
      return "stop sorting " + name;
    }
    return "sort %s by %s"
        .formatted(
            name,
            order.fields().stream()
                .map(f -> order.schema().findColumnName(f.sourceId()))
                .collect(Collectors.joining(", ")));
  }
}
