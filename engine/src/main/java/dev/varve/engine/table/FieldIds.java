package dev.varve.engine.table;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.TypeUtil;

/** Checks that new columns and partition fields took ids that no branch has used. */
final class FieldIds {
  private FieldIds() {}

  /**
   * Checks the ids of a commit.
   *
   * @throws dev.varve.catalog.error.VarveException if an id that {@code base} does not know lies
   *     within those that were handed out before; a retryable conflict
   */
  static void requireFresh(TableName name, TableMetadata base, TableMetadata updated) {
    if (!base.schemasById().keySet().containsAll(updated.schemasById().keySet())) {
      requireFreshColumns(name, base, updated);
    }
    if (updated.formatVersion() > 1
        && !base.specsById().keySet().containsAll(updated.specsById().keySet())) {
      requireFreshPartitions(name, base, updated);
    }
  }

  private static void requireFreshColumns(
      TableName name, TableMetadata base, TableMetadata updated) {
    Set<Integer> columns = columns(base.schemas());
    for (Schema schema : updated.schemas()) {
      if (!base.schemasById().containsKey(schema.schemaId())) {
        for (int id : TypeUtil.indexById(schema.asStruct()).keySet()) {
          require(name, "column", id, columns, base.lastColumnId());
        }
      }
    }
  }

  private static void requireFreshPartitions(
      TableName name, TableMetadata base, TableMetadata updated) {
    Set<Integer> partitions = partitions(base.specs());
    for (PartitionSpec spec : updated.specs()) {
      if (!base.specsById().containsKey(spec.specId())) {
        for (PartitionField field : spec.fields()) {
          require(
              name, "partition field", field.fieldId(), partitions, base.lastAssignedPartitionId());
        }
      }
    }
  }

  private static void require(TableName name, String what, int id, Set<Integer> known, int last) {
    if (!known.contains(id) && id <= last) {
      throw TableErrors.idReused(name, what, id, last);
    }
  }

  private static Set<Integer> columns(Collection<Schema> schemas) {
    Set<Integer> ids = new HashSet<>();
    schemas.forEach(schema -> ids.addAll(TypeUtil.indexById(schema.asStruct()).keySet()));
    return ids;
  }

  private static Set<Integer> partitions(Collection<PartitionSpec> specs) {
    Set<Integer> ids = new HashSet<>();
    specs.forEach(spec -> spec.fields().forEach(field -> ids.add(field.fieldId())));
    return ids;
  }
}
