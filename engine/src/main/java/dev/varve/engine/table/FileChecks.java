package dev.varve.engine.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Refuses commits that name files outside the warehouse: else a client could have the server read
 * any file for it. Costs a read of the manifests that the commit adds.
 */
final class FileChecks {
  private FileChecks() {}

  /**
   * Checks the snapshots that a commit adds.
   *
   * @param known the snapshots that the table had before
   */
  static void requireInside(
      Warehouse warehouse, Set<Long> known, TableMetadata updated, ForeignFiles foreignFiles) {
    Set<Long> added =
        updated.snapshots().stream()
            .map(Snapshot::snapshotId)
            .filter(id -> !known.contains(id))
            .collect(Collectors.toSet());
    Set<String> read = new HashSet<>();
    for (Snapshot snapshot : updated.snapshots()) {
      if (added.contains(snapshot.snapshotId())) {
        requireInside(warehouse, snapshot, added, read, updated.specsById(), foreignFiles);
      }
    }
  }

  private static void requireInside(
      Warehouse warehouse,
      Snapshot snapshot,
      Set<Long> added,
      Set<String> read,
      Map<Integer, PartitionSpec> specs,
      ForeignFiles foreignFiles) {
    if (snapshot.manifestListLocation() != null) {
      warehouse.requireInside(snapshot.manifestListLocation());
    }
    // A copy, for a snapshot keeps the list that it has read as long as the table is in memory.
    Snapshot copy = BranchFiles.withSummary(snapshot, Map.of());
    for (ManifestFile manifest : copy.allManifests(warehouse.io())) {
      warehouse.requireInside(manifest.path());
      boolean addedHere = manifest.snapshotId() == null || added.contains(manifest.snapshotId());
      if (addedHere && foreignFiles == ForeignFiles.REFUSED && read.add(manifest.path())) {
        requireFilesInside(warehouse, manifest, specs);
      }
    }
  }

  private static void requireFilesInside(
      Warehouse warehouse, ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    try (ManifestReader<? extends ContentFile<?>> files = reader(manifest, warehouse.io(), specs)) {
      for (ContentFile<?> file : files) {
        warehouse.requireInside(file.location());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ManifestReader<? extends ContentFile<?>> reader(
      ManifestFile manifest, FileIO io, Map<Integer, PartitionSpec> specs) {
    return manifest.content() == ManifestContent.DATA
        ? ManifestFiles.read(manifest, io, specs)
        : ManifestFiles.readDeleteManifest(manifest, io, specs);
  }
}
