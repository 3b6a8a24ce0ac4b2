package dev.varve.engine.merge;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
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
  private final ThreeWay<TableMetadata> sides;
  private final TableMetadata lineage;
  private final TableMetadata other;
  private final TableMetadata.Builder merged;
  private final ColumnWrites writes;
  private final Conflicts conflicts;

  private MetadataMerge(
      ThreeWay<TableMetadata> sides,
      TableMetadata lineage,
      ColumnWrites writes,
      Conflicts conflicts) {
    this.sides = sides;
    this.writes = writes;
    this.lineage = lineage;
    this.other = lineage == sides.ours() ? sides.theirs() : sides.ours();
    this.merged = TableMetadata.buildFrom(lineage);
    this.conflicts = conflicts;
  }

  /**
   * Merges three states of one table.
   *
   * @param lineage the side, ours or theirs, whose snapshots the result continues
   * @param writes is asked of columns that one side dropped
   * @param conflicts takes what cannot be decided; if it gained any, the result means nothing
   */
  static TableMetadata merge(
      ThreeWay<TableMetadata> sides,
      TableMetadata lineage,
      ColumnWrites writes,
      Conflicts conflicts) {
    return new MetadataMerge(sides, lineage, writes, conflicts).merge();
  }

  private TableMetadata merge() {
    Schema schema = SchemaMerge.merge(sides, writes, conflicts);
    LayoutMerge layout = new LayoutMerge(sides, conflicts);
    PartitionSpec partitioning = layout.partitioning(schema);
    SortOrder sorting = layout.sorting(schema);
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
      PartitionSpec partitioning,
      SortOrder sorting,
      Map<String, String> properties,
      Map<String, SnapshotRef> refs) {
    merged.upgradeFormatVersion(Math.max(lineage.formatVersion(), other.formatVersion()));
    if (mayBringFiles()) {
      other.schemas().forEach(merged::addSchema);
    }
    merged.setCurrentSchema(schema, Math.max(lineage.lastColumnId(), other.lastColumnId()));
    // Rebound to the merged schema, because Iceberg finds their columns by name.
    other.specs().stream()
        .filter(spec -> fits(spec, schema))
        .forEach(spec -> merged.addPartitionSpec(spec.toUnbound().bind(schema)));
    merged.setDefaultPartitionSpec(partitioning.toUnbound().bind(schema));
    merged.setDefaultSortOrder(sorting.toUnbound().bind(schema));
    setProperties(properties);
    setRefs(refs);
    return merged.build();
  }

  /** Files were written in schemas of their side: who reads them has to know these. */
  private boolean mayBringFiles() {
    Snapshot base = sides.base().orElseThrow().currentSnapshot();
    Snapshot there = other.currentSnapshot();
    return there != null && (base == null || there.snapshotId() != base.snapshotId());
  }

  private static boolean fits(PartitionSpec spec, Schema schema) {
    return spec.fields().stream().allMatch(field -> schema.findField(field.sourceId()) != null);
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
    merged.setLocation(
        location.conflicts()
            ? conflicts.decide(
                location,
                conflicts.differs("location-differs", "the location", location),
                Options.ofSides("the location", location))
            : location.merged());
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
      ref(name, ref).ifPresent(chosen -> refs.put(name, chosen));
    }
    return refs;
  }

  private Optional<SnapshotRef> ref(String name, ThreeWay<Optional<SnapshotRef>> ref) {
    ThreeWay<String> seen = ref.map(it -> it.map(Object::toString).orElse("none"));
    Set<Winner> winners = EnumSet.noneOf(Winner.class);
    Stream.of(Winner.OURS, Winner.THEIRS)
        .filter(winner -> ref.of(winner).map(this::isKnown).orElse(true))
        .forEach(winners::add);
    Options options = Options.of("the Iceberg ref '" + name + "'", seen, winners);
    if (ref.conflicts()) {
      return conflicts.decide(
          ref,
          conflicts.differs("iceberg-ref-differs", "the Iceberg ref '" + name + "'", seen),
          options);
    }
    if (ref.merged().map(this::isKnown).orElse(true)) {
      return ref.merged();
    }
    String snapshot = Long.toString(ref.merged().orElseThrow().snapshotId());
    return conflicts.decide(
        ref,
        new Problem(
            "iceberg-ref-unknown-snapshot",
            "the Iceberg ref '%s' of '%s' names snapshot %s, which only one side has"
                .formatted(name, conflicts.table(), snapshot),
            "drop that ref on its branch, or use a branch or tag of the lake instead",
            Map.of("ref", name, "snapshot", snapshot)),
        options);
  }

  private boolean isKnown(SnapshotRef ref) {
    return lineage.snapshot(ref.snapshotId()) != null;
  }

  private void setRefs(Map<String, SnapshotRef> refs) {
    for (String name : lineage.refs().keySet()) {
      if (!refs.containsKey(name) && !name.equals(SnapshotRef.MAIN_BRANCH)) {
        merged.removeRef(name);
      }
    }
    refs.forEach(merged::setRef);
  }
}
