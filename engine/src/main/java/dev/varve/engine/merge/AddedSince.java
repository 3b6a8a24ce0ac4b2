package dev.varve.engine.merge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/** The data files that one side of a merge has ever added since base, live or not. */
final class AddedSince {
  private final FileIO io;
  private final TableMetadata side;

  private AddedSince(TableMetadata side, FileIO io) {
    this.side = side;
    this.io = io;
  }

  /**
   * Reads the manifests that the side's snapshots wrote, unless these only appended: then what they
   * added is live, and need not be asked for here.
   */
  static Set<String> locations(TableMetadata base, TableMetadata side, FileIO io) {
    AddedSince added = new AddedSince(side, io);
    List<Snapshot> snapshots = added.since(base);
    boolean onlyAppends =
        snapshots.stream().allMatch(it -> DataOperations.APPEND.equals(it.operation()));
    Set<String> locations = new HashSet<>();
    if (!onlyAppends) {
      snapshots.forEach(
          snapshot ->
              added.read(snapshot, List.of("file_path"), file -> locations.add(file.location())));
    }
    return locations;
  }

  /** Those of the files that {@link #locations} gives whose locations are wanted. */
  static Map<String, DataFile> files(
      TableMetadata base, TableMetadata side, FileIO io, Set<String> wanted) {
    AddedSince added = new AddedSince(side, io);
    Map<String, DataFile> files = new TreeMap<>();
    if (!wanted.isEmpty()) {
      for (Snapshot snapshot : added.since(base)) {
        added.read(
            snapshot,
            List.of("*"),
            file -> {
              if (wanted.contains(file.location())) {
                files.putIfAbsent(file.location(), file.copy());
              }
            });
      }
    }
    return files;
  }

  private List<Snapshot> since(TableMetadata base) {
    List<Snapshot> snapshots = new ArrayList<>();
    Snapshot snapshot = side.currentSnapshot();
    while (snapshot != null && base.snapshot(snapshot.snapshotId()) == null) {
      snapshots.add(snapshot);
      snapshot = snapshot.parentId() == null ? null : side.snapshot(snapshot.parentId());
    }
    return snapshots;
  }

  private void read(Snapshot snapshot, List<String> columns, Consumer<DataFile> to) {
    for (ManifestFile manifest : snapshot.dataManifests(io)) {
      if (manifest.snapshotId() == snapshot.snapshotId() && manifest.hasAddedFiles()) {
        try (ManifestReader<DataFile> files = ManifestFiles.read(manifest, io, side.specsById())) {
          files.select(columns).forEach(to);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read manifest '" + manifest.path() + "'", e);
        }
      }
    }
  }
}
