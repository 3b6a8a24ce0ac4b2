package dev.varve.engine.merge;

import dev.varve.engine.merge.SideSnapshots.Made;
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
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/** The data files that one side of a merge has ever added since base, live or not. */
final class AddedSince {
  private final FileIO io;

  private AddedSince(FileIO io) {
    this.io = io;
  }

  /**
   * A file.
   *
   * @param table a state that knows its partition spec
   */
  record Added(TableMetadata table, DataFile file) {}

  /**
   * Reads the manifests that the side's snapshots wrote, unless these only appended: then what they
   * added is live, and need not be asked for here.
   *
   * @param made the snapshots that the side made since base
   */
  static Set<String> locations(List<Made> made, FileIO io) {
    AddedSince added = new AddedSince(io);
    boolean onlyAppends =
        made.stream().allMatch(it -> DataOperations.APPEND.equals(it.snapshot().operation()));
    Set<String> locations = new HashSet<>();
    if (!onlyAppends) {
      made.forEach(
          each -> added.read(each, List.of("file_path"), file -> locations.add(file.location())));
    }
    return locations;
  }

  /** Those of the files that {@link #locations} gives whose locations are wanted. */
  static Map<String, Added> files(List<Made> made, FileIO io, Set<String> wanted) {
    AddedSince added = new AddedSince(io);
    Map<String, Added> files = new TreeMap<>();
    if (!wanted.isEmpty()) {
      for (Made each : made) {
        added.read(
            each,
            List.of("*"),
            file -> {
              if (wanted.contains(file.location())) {
                files.putIfAbsent(file.location(), new Added(each.table(), file.copy()));
              }
            });
      }
    }
    return files;
  }

  private void read(Made made, List<String> columns, Consumer<DataFile> to) {
    long snapshot = made.snapshot().snapshotId();
    for (ManifestFile manifest : made.snapshot().dataManifests(io)) {
      if (manifest.snapshotId() == snapshot && manifest.hasAddedFiles()) {
        try (ManifestReader<DataFile> files =
            ManifestFiles.read(manifest, io, made.table().specsById())) {
          files.select(columns).forEach(to);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot read manifest '" + manifest.path() + "'", e);
        }
      }
    }
  }
}
