package dev.varve.engine.table;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.types.TypeUtil;

/**
 * Checks that new columns and partition fields took ids that no branch has used for anything else.
 */
final class FieldIds {
  private FieldIds() {}

  /**
   * Checks the ids of a commit.
   *
   * @param shared knows the columns that other branches added
   * @throws dev.varve.catalog.error.VarveException if an id that {@code base} does not know lies
   *     within those that were handed out before, unless for the same column; a retryable conflict
   */
  static void requireFresh(
      TableName name, TableMetadata base, TableMetadata updated, SharedColumns shared) {
    if (!base.schemasById().keySet().containsAll(updated.schemasById().keySet())) {
      requireFreshColumns(name, base, updated, shared);
    }
    if (updated.formatVersion() > 1
        && !base.specsById().keySet().containsAll(updated.specsById().keySet())) {
      requireFreshPartitions(name, base, updated);
    }
  }

  /**
   * Checks that a commit removes no schema that alone tells of a column as files may have it: with
   * that id, name and type.
   *
   * @throws dev.varve.catalog.error.VarveException if one is gone
   */
  static void requireKnown(TableName name, TableMetadata base, TableMetadata updated) {
    if (updated.schemasById().keySet().containsAll(base.schemasById().keySet())) {
      return;
    }
    Set<Told> kept = told(updated.schemas()).collect(Collectors.toSet());
    told(base.schemas())
        .filter(column -> !kept.contains(column))
        .findFirst()
        .ifPresent(
            column -> {
              throw TableErrors.schemaStays(name, column.name(), column.id());
            });
  }

  /** A column as one schema has it, without what it holds. */
  private record Told(int id, String name, String type) {}

  private static Stream<Told> told(Collection<Schema> schemas) {
    return schemas.stream()
        .flatMap(schema -> TypeUtil.indexById(schema.asStruct()).values().stream())
        .map(
            field ->
                new Told(
                    field.fieldId(),
                    field.name(),
                    field.type().isNestedType()
                        ? field.type().typeId().name()
                        : field.type().toString()));
  }

  private static void requireFreshColumns(
      TableName name, TableMetadata base, TableMetadata updated, SharedColumns shared) {
    Set<Integer> columns = columns(base.schemas());
    for (Schema schema : updated.schemas()) {
      if (!base.schemasById().containsKey(schema.schemaId())) {
        for (int id : TypeUtil.indexById(schema.asStruct()).keySet()) {
          if (columns.add(id) && id <= base.lastColumnId() && !shared.isShared(schema, id)) {
            throw TableErrors.idReused(name, "column", id, base.lastColumnId());
          }
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
          int last = base.lastAssignedPartitionId();
          if (!partitions.contains(field.fieldId()) && field.fieldId() <= last) {
            throw TableErrors.idReused(name, "partition field", field.fieldId(), last);
          }
        }
      }
    }
  }

  /** The ids of all columns that some of the schemas has, nested ones included, in order. */
  static Set<Integer> columns(Collection<Schema> schemas) {
    Set<Integer> ids = new TreeSet<>();
    schemas.forEach(schema -> ids.addAll(TypeUtil.indexById(schema.asStruct()).keySet()));
    return ids;
  }

  private static Set<Integer> partitions(Collection<PartitionSpec> specs) {
    Set<Integer> ids = new HashSet<>();
    specs.forEach(spec -> spec.fields().forEach(field -> ids.add(field.fieldId())));
    return ids;
  }
}
