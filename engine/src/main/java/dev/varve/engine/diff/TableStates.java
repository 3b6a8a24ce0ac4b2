package dev.varve.engine.diff;

import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.SnapshotNumbers;
import dev.varve.engine.table.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;

/** Compares two states of one table, or counts the one that there is. */
final class TableStates {
  private TableStates() {}

  static TableDiff compare(LoadedTable before, LoadedTable after) {
    FileDelta files = FileDiff.between(before.metadata(), after.metadata(), after.io());
    boolean renamed = !before.name().equals(after.name());
    return new TableDiff(
        after.name(),
        renamed ? Optional.of(before.name()) : Optional.empty(),
        renamed ? ChangeKind.RENAMED : ChangeKind.CHANGED,
        SchemaDiff.between(before.metadata().schema(), after.metadata().schema()),
        ValueChange.between(layout(before.metadata()), layout(after.metadata())),
        ValueChange.between(before.metadata().properties(), after.metadata().properties()),
        files.addedCounts(),
        files.removedCounts(),
        FileCounts.of(files.addedDeletes()),
        FileCounts.of(files.removedDeletes()),
        files.manifestsRead());
  }

  static TableDiff added(LoadedTable table) {
    return alone(table.name(), ChangeKind.ADDED, total(table), FileCounts.NONE);
  }

  static TableDiff removed(LoadedTable table) {
    return alone(table.name(), ChangeKind.REMOVED, FileCounts.NONE, total(table));
  }

  private static TableDiff alone(
      TableName name, ChangeKind kind, FileCounts added, FileCounts removed) {
    return new TableDiff(
        name,
        Optional.empty(),
        kind,
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        added,
        removed,
        FileCounts.NONE,
        FileCounts.NONE,
        0);
  }

  private static SortedMap<String, String> layout(TableMetadata metadata) {
    SortedMap<String, String> layout = new TreeMap<>();
    layout.put("format-version", Integer.toString(metadata.formatVersion()));
    layout.put("location", metadata.location());
    layout.put("partition-by", String.join(", ", PartitionText.print(metadata.spec())));
    layout.put("sort-by", String.join(", ", SortText.print(metadata.sortOrder())));
    layout.put("key", String.join(", ", new TreeSet<>(metadata.schema().identifierFieldNames())));
    return layout;
  }

  /** Counts all data files of a state; from the manifest list, if the writers counted in it. */
  static FileCounts total(LoadedTable table) {
    Snapshot snapshot = table.metadata().currentSnapshot();
    if (snapshot == null) {
      return FileCounts.NONE;
    }
    OptionalLong sizeBytes = SnapshotNumbers.find(snapshot, SnapshotSummary.TOTAL_FILE_SIZE_PROP);
    List<ManifestFile> manifests = snapshot.dataManifests(table.io());
    if (sizeBytes.isEmpty() || !manifests.stream().allMatch(TableStates::hasCounts)) {
      return counted(table, manifests);
    }
    long files = 0;
    long rows = 0;
    for (ManifestFile manifest : manifests) {
      files += manifest.addedFilesCount() + manifest.existingFilesCount();
      rows += manifest.addedRowsCount() + manifest.existingRowsCount();
    }
    return new FileCounts(files, rows, sizeBytes.getAsLong());
  }

  private static boolean hasCounts(ManifestFile manifest) {
    return manifest.addedFilesCount() != null
        && manifest.existingFilesCount() != null
        && manifest.addedRowsCount() != null
        && manifest.existingRowsCount() != null;
  }

  private static FileCounts counted(LoadedTable table, List<ManifestFile> manifests) {
    FileCounts total = FileCounts.NONE;
    for (ManifestFile manifest : manifests) {
      try (ManifestReader<DataFile> files =
          ManifestFiles.read(manifest, table.io(), table.metadata().specsById())) {
        for (DataFile file : files) {
          total = total.plus(FileCounts.of(List.of(file)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read manifest '" + manifest.path() + "'", e);
      }
    }
    return total;
  }
}
