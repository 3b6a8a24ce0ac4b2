package dev.varve.engine.merge;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Merges all of a table's metadata but its files: schema, row key, partitioning, sort order,
 * properties, format version and the table's own Iceberg refs.
 *
 * <p>The result continues one side's lineage: its snapshots, logs and ids of schemas and specs. The
 * other side's snapshots are not taken over, since they were never states of this branch's table.
 */
final class MetadataMerge {
  private static final String ALIGN = "make it alike on both branches, then merge again";

  private final ThreeWay<TableMetadata> sides;
  private final TableMetadata lineage;
  private final TableMetadata other;
  private final TableMetadata.Builder merged;
  private final Conflicts conflicts;

  private MetadataMerge(ThreeWay<TableMetadata> sides, TableMetadata lineage, Conflicts conflicts) {
    this.sides = sides;
    this.lineage = lineage;
    this.other = lineage == sides.ours() ? sides.theirs() : sides.ours();
    this.merged = TableMetadata.buildFrom(lineage);
    this.conflicts = conflicts;
  }

  /**
   * Merges three states of one table.
   *
   * @param lineage the side, ours or theirs, whose snapshots the result continues
   * @param conflicts takes what cannot be decided; if it gained any, the result means nothing
   */
  static TableMetadata merge(
      ThreeWay<TableMetadata> sides, TableMetadata lineage, Conflicts conflicts) {
    return new MetadataMerge(sides, lineage, conflicts).merge();
  }

  private TableMetadata merge() {
    Schema schema =
        SchemaMerge.merge(
            sides.base().orElseThrow().schema(),
            sides.ours().schema(),
            sides.theirs().schema(),
            conflicts);
    List<PartitionField> partitioning = partitioning(schema);
    List<SortField> sorting = sorting(schema);
    Map<String, String> properties =
        PropertiesMerge.merge(sides.map(TableMetadata::properties), conflicts);
    location();
    Map<String, SnapshotRef> refs = refs();
    if (!conflicts.isEmpty()) {
      return lineage;
    }
    try {
      return build(schema, partitioning, sorting, properties, refs);
    } catch (ValidationException | IllegalArgumentException e) {
      conflicts.add(
          "metadata-does-not-fit",
          "the changes of both sides to '%s' do not fit together: %s"
              .formatted(conflicts.table(), e.getMessage()),
          "undo one of the changes on its branch, then merge again",
          Map.of());
      return lineage;
    }
  }

  private TableMetadata build(
      Schema schema,
      List<PartitionField> partitioning,
      List<SortField> sorting,
      Map<String, String> properties,
      Map<String, SnapshotRef> refs) {
    merged.upgradeFormatVersion(Math.max(lineage.formatVersion(), other.formatVersion()));
    merged.setCurrentSchema(schema, Math.max(lineage.lastColumnId(), other.lastColumnId()));
    // Rebound to the merged schema, because Iceberg finds their columns by name.
    other.specs().stream()
        .filter(spec -> fits(spec, schema))
        .forEach(spec -> merged.addPartitionSpec(spec.toUnbound().bind(schema)));
    merged.setDefaultPartitionSpec(
        holder(partitioning, sides.map(TableMetadata::spec), PartitionSpec::fields)
            .toUnbound()
            .bind(schema));
    merged.setDefaultSortOrder(
        holder(sorting, sides.map(TableMetadata::sortOrder), SortOrder::fields)
            .toUnbound()
            .bind(schema));
    setProperties(properties);
    setRefs(refs);
    return merged.build();
  }

  private static <T, F> T holder(List<F> wanted, ThreeWay<T> sides, Function<T, List<F>> fields) {
    return fields.apply(sides.ours()).equals(wanted) ? sides.ours() : sides.theirs();
  }

  private static boolean fits(PartitionSpec spec, Schema schema) {
    return spec.fields().stream().allMatch(field -> schema.findField(field.sourceId()) != null);
  }

  private List<PartitionField> partitioning(Schema schema) {
    ThreeWay<List<String>> meaning = sides.map(side -> meaning(side.spec()));
    if (meaning.conflicts()) {
      differs(
          "partitioning-differs",
          "the partitioning",
          sides.ours().spec().toString(),
          sides.theirs().spec().toString());
    }
    PartitionSpec spec = meaning.oursChanged() ? sides.ours().spec() : sides.theirs().spec();
    for (PartitionField field : spec.fields()) {
      checkPresent(schema, field.sourceId(), "the partitioning");
    }
    return spec.fields();
  }

  /** What a spec means, without the ids of its fields. */
  private static List<String> meaning(PartitionSpec spec) {
    return spec.fields().stream()
        .map(field -> field.sourceId() + " " + field.transform() + " " + field.name())
        .toList();
  }

  private List<SortField> sorting(Schema schema) {
    ThreeWay<List<SortField>> sorting = sides.map(side -> side.sortOrder().fields());
    if (sorting.conflicts()) {
      differs(
          "sort-order-differs",
          "the sort order",
          sides.ours().sortOrder().toString(),
          sides.theirs().sortOrder().toString());
    }
    for (SortField field : sorting.merged()) {
      checkPresent(schema, field.sourceId(), "the sort order");
    }
    return sorting.merged();
  }

  private void checkPresent(Schema schema, int column, String use) {
    if (conflicts.isEmpty() && schema.findField(column) == null) {
      String name = sides.base().orElseThrow().schema().findColumnName(column);
      conflicts.add(
          "column-dropped-and-used",
          "column '%s' of '%s' is dropped on one side and part of %s on the other"
              .formatted(name, conflicts.table(), use),
          "take the column out of " + use + ", or add it again, then merge again",
          Map.of("column", String.valueOf(name)));
    }
  }

  private void setProperties(Map<String, String> properties) {
    Set<String> removed = new HashSet<>(lineage.properties().keySet());
    removed.removeAll(properties.keySet());
    merged.removeProperties(removed);
    Map<String, String> updated = new TreeMap<>(properties);
    updated.entrySet().removeAll(lineage.properties().entrySet());
    merged.setProperties(updated);
  }

  private void location() {
    ThreeWay<String> location = sides.map(TableMetadata::location);
    if (location.conflicts()) {
      differs("location-differs", "the location", location.ours(), location.theirs());
    }
    merged.setLocation(location.merged());
  }

  /**
   * The table's own Iceberg branches and tags; one that names a snapshot unknown here conflicts.
   */
  private Map<String, SnapshotRef> refs() {
    Set<String> names = new TreeSet<>(sides.ours().refs().keySet());
    names.addAll(sides.theirs().refs().keySet());
    names.remove(SnapshotRef.MAIN_BRANCH);
    Map<String, SnapshotRef> refs = new TreeMap<>();
    for (String name : names) {
      ThreeWay<Optional<SnapshotRef>> ref =
          sides.map(side -> Optional.ofNullable(side.refs().get(name)));
      if (ref.conflicts()) {
        differs(
            "iceberg-ref-differs",
            "the Iceberg ref '" + name + "'",
            ref.ours().toString(),
            ref.theirs().toString());
      } else if (ref.merged().isPresent()) {
        keepRef(name, ref.merged().get(), refs);
      }
    }
    return refs;
  }

  private void keepRef(String name, SnapshotRef ref, Map<String, SnapshotRef> refs) {
    if (lineage.snapshot(ref.snapshotId()) != null) {
      refs.put(name, ref);
    } else {
      conflicts.add(
          "iceberg-ref-unknown-snapshot",
          "the Iceberg ref '%s' of '%s' names snapshot %d, which only one side has"
              .formatted(name, conflicts.table(), ref.snapshotId()),
          "drop that ref on its branch, or use a branch or tag of the lake instead",
          Map.of("ref", name, "snapshot", Long.toString(ref.snapshotId())));
    }
  }

  private void setRefs(Map<String, SnapshotRef> refs) {
    for (String name : lineage.refs().keySet()) {
      if (!refs.containsKey(name) && !name.equals(SnapshotRef.MAIN_BRANCH)) {
        merged.removeRef(name);
      }
    }
    refs.forEach(merged::setRef);
  }

  private void differs(String code, String what, String ours, String theirs) {
    conflicts.add(
        code,
        "%s of '%s' is '%s' %s and '%s' %s"
            .formatted(
                what,
                conflicts.table(),
                ours,
                conflicts.verb().inOurs(),
                theirs,
                conflicts.verb().inTheirs()),
        ALIGN,
        Map.of("ours", ours, "theirs", theirs));
  }
}
