package dev.varve.engine.merge;

import java.io.IOException;
import java.io.UncheckedIOException;
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
   *
   * @param snapshots those that the side made since base
   */
  static Set<String> locations(List<Snapshot> snapshots, TableMetadata side, FileIO io) {
    AddedSince added = new AddedSince(side, io);
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
      List<Snapshot> snapshots, TableMetadata side, FileIO io, Set<String> wanted) {
    AddedSince added = new AddedSince(side, io);
    Map<String, DataFile> files = new TreeMap<>();
    if (!wanted.isEmpty()) {
      for (Snapshot snapshot : snapshots) {
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
