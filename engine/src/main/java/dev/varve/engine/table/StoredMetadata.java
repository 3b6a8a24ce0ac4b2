package dev.varve.engine.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.catalog.object.ObjectId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;

/**
 * Table metadata as it is stored or served: Iceberg's, with what Varve sees to.
 *
 * <p>Some of these fields cannot be set through Iceberg's builder, so the JSON is edited.
 */
final class StoredMetadata {
  /**
   * Metadata that is not read back from its bytes shares its snapshots with what it was made from,
   * and they keep the manifest lists that they have read. So it is read back after so many.
   */
  static final int SHARED_SNAPSHOTS = 4;

  private final byte[] value;
  private final ObjectId id;
  private final TableMetadata metadata;

  private StoredMetadata(byte[] value, ObjectId id, TableMetadata metadata) {
    this.value = value;
    this.id = id;
    this.metadata = metadata;
  }

  /** The metadata of this JSON, at the location that follows from it. */
  static StoredMetadata of(ObjectNode node) {
    byte[] value = TableContent.encode(node);
    ObjectId id = TableContent.id(value);
    return new StoredMetadata(
        value, id, TableMetadataParser.fromJson(TableContent.location(id, node), node));
  }

  /**
   * Reads a value.
   *
   * @param id the value's
   * @param value kept, and not to be changed
   * @throws dev.varve.catalog.error.VarveException if it is broken or of a later format
   */
  static StoredMetadata of(ObjectId id, byte[] value) {
    return new StoredMetadata(value, id, TableContent.decode(value));
  }

  /**
   * The metadata of a commit.
   *
   * @param properties table properties that must hold, whatever the client set
   * @param notes added to the summary of each snapshot that {@code base} does not have
   */
  static StoredMetadata forCommit(
      TableMetadata updated,
      Set<Long> baseSnapshots,
      Map<String, String> properties,
      Map<String, String> notes) {
    if (updated.properties().entrySet().containsAll(properties.entrySet())
        && isNoted(updated, baseSnapshots, notes)) {
      return printed(updated);
    }
    ObjectNode node = TableContent.toNode(updated);
    ObjectNode all = node.withObjectProperty("properties");
    properties.forEach(all::put);
    for (JsonNode snapshot : node.path("snapshots")) {
      if (!baseSnapshots.contains(snapshot.path("snapshot-id").longValue())
          && snapshot.get("summary") instanceof ObjectNode summary) {
        notes.forEach(summary::put);
      }
    }
    return of(node);
  }

  private static boolean isNoted(
      TableMetadata updated, Set<Long> baseSnapshots, Map<String, String> notes) {
    List<Snapshot> added =
        updated.snapshots().stream()
            .filter(snapshot -> !baseSnapshots.contains(snapshot.snapshotId()))
            .toList();
    boolean readBack = !added.isEmpty() && updated.snapshots().size() % SHARED_SNAPSHOTS == 0;
    return !readBack
        && added.stream()
            .map(Snapshot::summary)
            .allMatch(it -> it == null || it.entrySet().containsAll(notes.entrySet()));
  }

  /** What {@link #of(ObjectNode)} gives, without reading back what was just printed. */
  private static StoredMetadata printed(TableMetadata metadata) {
    byte[] value = TableContent.encode(metadata);
    ObjectId id = TableContent.id(value);
    return new StoredMetadata(
        value,
        id,
        TableMetadata.buildFrom(metadata)
            .discardChanges()
            .withMetadataLocation(TableContent.location(id, metadata))
            .build());
  }

  /** The snapshots that {@code base} does not have, in order. Most metadata only adds to a list. */
  static List<Snapshot> added(TableMetadata base, TableMetadata updated) {
    List<Snapshot> before = base.snapshots();
    List<Snapshot> after = updated.snapshots();
    boolean longer = after.size() >= before.size();
    for (int i = 0; longer && i < before.size(); i++) {
      longer = before.get(i).snapshotId() == after.get(i).snapshotId();
    }
    if (longer) {
      return after.subList(before.size(), after.size());
    }
    Set<Long> known = snapshotIds(base);
    return after.stream().filter(it -> !known.contains(it.snapshotId())).toList();
  }

  static Set<Long> snapshotIds(TableMetadata metadata) {
    return metadata.snapshots().stream().map(Snapshot::snapshotId).collect(Collectors.toSet());
  }

  /**
   * The metadata with its counters at the repository's marks, so that a client that was served it
   * hands out ids that no other branch has used. Its file location differs from the stored one's:
   * clients take metadata at a location that they know for unchanged.
   */
  static StoredMetadata raised(TableMetadata metadata, IdMarks marks) {
    ObjectNode node = TableContent.toNode(metadata);
    node.put("last-column-id", (int) marks.lastColumnId());
    node.put("last-partition-id", (int) marks.lastPartitionId());
    if (node.has("next-row-id")) {
      node.put("next-row-id", marks.nextRowId());
    }
    return of(node);
  }

  /** The bytes for the tree, see {@link TableContent}; not to be changed. */
  byte[] value() {
    return value;
  }

  /** The id of {@link #value}. */
  ObjectId id() {
    return id;
  }

  /** The same, parsed, at the file location that follows from the value. */
  TableMetadata metadata() {
    return metadata;
  }
}
