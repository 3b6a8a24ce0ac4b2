package dev.varve.engine.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/** A side's schema with columns put back that it dropped, so that rows can be written with them. */
final class FilledSchema {
  private FilledSchema() {}

  /**
   * The schema, without a row key. Columns that come back are optional, behind the others, and have
   * another name if theirs is taken.
   *
   * @param merged has the columns as they are to be
   * @return empty if one of them lies in a list or a map, whose entries cannot be told apart
   */
  static Optional<Schema> of(Schema side, Schema merged, Set<Integer> columns) {
    StructType filled = filled(side.asStruct(), merged.asStruct(), columns);
    return TypeUtil.indexById(filled).keySet().containsAll(columns)
        ? Optional.of(new Schema(filled.fields()))
        : Optional.empty();
  }

  private static StructType filled(StructType side, StructType merged, Set<Integer> columns) {
    List<NestedField> fields = new ArrayList<>();
    for (NestedField field : side.fields()) {
      NestedField there = merged.field(field.fieldId());
      boolean structs = there != null && field.type().isStructType() && there.type().isStructType();
      fields.add(
          structs
              ? NestedField.from(field)
                  .ofType(filled(field.type().asStructType(), there.type().asStructType(), columns))
                  .build()
              : field);
    }
    for (NestedField field : merged.fields()) {
      if (columns.contains(field.fieldId())) {
        fields.add(NestedField.from(field).asOptional().withName(free(field, fields)).build());
      }
    }
    return StructType.of(fields);
  }

  /** DuckDB does not tell names apart by case. */
  private static String free(NestedField field, List<NestedField> taken) {
    String name = field.name();
    while (isTaken(name, taken)) {
      name = name + "_" + field.fieldId();
    }
    return name;
  }

  private static boolean isTaken(String name, List<NestedField> taken) {
    return taken.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
  }
}
