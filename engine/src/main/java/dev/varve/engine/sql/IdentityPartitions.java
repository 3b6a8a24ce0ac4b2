package dev.varve.engine.sql;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Columns whose values are kept in the manifest: files that were not written by Iceberg (Hive's,
 * for instance) leave out the columns by which they are partitioned.
 */
final class IdentityPartitions {
  private IdentityPartitions() {}

  /**
   * The ids of the identity partition columns that a file may lack. A file that counts a column's
   * values holds it. One that does not may hold it all the same, but then only the one value that
   * the manifest gives too.
   */
  static Set<Integer> missing(Table table, DataFile file) {
    Set<Integer> missing = new TreeSet<>();
    Map<Integer, Long> counts = file.valueCounts();
    for (PartitionField field : table.specs().get(file.specId()).fields()) {
      if (field.transform().isIdentity()
          && (counts == null || !counts.containsKey(field.sourceId()))) {
        missing.add(field.sourceId());
      }
    }
    return missing;
  }

  /** The text of a column's value in a file's partition; empty stands for NULL. */
  static Optional<String> value(Table table, DataFile file, NestedField column) {
    PartitionSpec spec = table.specs().get(file.specId());
    for (int i = 0; i < spec.fields().size(); i++) {
      PartitionField field = spec.fields().get(i);
      if (field.sourceId() == column.fieldId() && field.transform().isIdentity()) {
        Object value = file.partition().get(i, Object.class);
        return Optional.ofNullable(value).map(text -> DuckValues.text(column.type(), text));
      }
    }
    throw new IllegalArgumentException(
        "'" + file.location() + "' is not partitioned by '" + column.name() + "'");
  }
}
