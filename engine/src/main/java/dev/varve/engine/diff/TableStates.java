package dev.varve.engine.diff;

import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

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

  private static FileCounts total(LoadedTable table) {
    return total(table.metadata(), table.io());
  }

  /** Counts all data files of a state; from the manifest list at most. */
  static FileCounts total(TableMetadata metadata, FileIO io) {
    Snapshot snapshot = metadata.currentSnapshot();
    if (snapshot == null) {
      return FileCounts.NONE;
    }
    long sizeBytes = total(snapshot.summary(), SnapshotSummary.TOTAL_FILE_SIZE_PROP);
    long files = 0;
    long rows = 0;
    for (ManifestFile manifest : snapshot.dataManifests(io)) {
      files += manifest.addedFilesCount() + manifest.existingFilesCount();
      rows += manifest.addedRowsCount() + manifest.existingRowsCount();
    }
    return new FileCounts(files, rows, sizeBytes);
  }

  private static long total(Map<String, String> summary, String name) {
    String value = summary == null ? null : summary.get(name);
    return value == null ? 0 : Long.parseLong(value);
  }
}
