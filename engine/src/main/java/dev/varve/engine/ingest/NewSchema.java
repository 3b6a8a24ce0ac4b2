package dev.varve.engine.ingest;

import dev.varve.engine.layout.ColumnNames;
import dev.varve.engine.layout.TypeText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/** The schema of a table that is made from a file: its columns, the key's required. */
final class NewSchema {
  private NewSchema() {}

  /**
   * @param key names of columns, as a person gives them
   * @throws dev.varve.catalog.error.VarveException if the key names no column, or a column has a
   *     type that tables lack
   */
  static Schema of(List<SourceColumn> columns, List<String> key) {
    List<String> names = columns.stream().map(SourceColumn::name).toList();
    Set<String> required = new LinkedHashSet<>();
    for (String name : key) {
      required.add(
          ColumnNames.find(names, name).orElseThrow(() -> ColumnNames.unknown(name, names)));
    }
    AtomicInteger ids = new AtomicInteger(columns.size());
    List<Types.NestedField> fields = new ArrayList<>();
    Set<Integer> identifiers = new LinkedHashSet<>();
    for (SourceColumn column : columns) {
      int id = fields.size() + 1;
      column.type();
      var type = TypeText.parse(column.duckType(), ids::incrementAndGet);
      boolean isKey = required.contains(column.name());
      fields.add(
          isKey
              ? Types.NestedField.required(id, column.name(), type)
              : Types.NestedField.optional(id, column.name(), type));
      if (isKey) {
        identifiers.add(id);
      }
    }
    return new Schema(fields, identifiers);
  }
}
