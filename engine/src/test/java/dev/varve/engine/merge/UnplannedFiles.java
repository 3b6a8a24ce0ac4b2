package dev.varve.engine.merge;

import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.merge.rows.DifferingFiles;
import dev.varve.engine.merge.rows.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Hides the data files that a merge has no business with: DuckDB opens files by itself, so that no
 * FileIO could count them, and whoever opens one of these fails.
 */
final class UnplannedFiles implements AutoCloseable {
  private final List<Path> hidden = new ArrayList<>();

  private UnplannedFiles() {}

  /** Hides all data files of three states but the planned ones, until this is closed. */
  static UnplannedFiles hide(ThreeWay<TableMetadata> sides, DifferingFiles planned, FileIO io)
      throws IOException {
    Set<String> locations = all(sides, io);
    planned.lost().forEach(part -> remove(locations, part));
    remove(locations, planned.theirsNew());
    remove(locations, planned.oursAffected());
    return hide(locations);
  }

  /** Hides all data files of three states, until this is closed. */
  static UnplannedFiles hideAll(ThreeWay<TableMetadata> sides, FileIO io) throws IOException {
    return hide(all(sides, io));
  }

  private static Set<String> all(ThreeWay<TableMetadata> sides, FileIO io) {
    Set<String> locations = new TreeSet<>();
    locations.addAll(AppliedDeletes.of(sides.base().orElseThrow(), io).locations());
    locations.addAll(AppliedDeletes.of(sides.ours(), io).locations());
    locations.addAll(AppliedDeletes.of(sides.theirs(), io).locations());
    return locations;
  }

  private static UnplannedFiles hide(Set<String> locations) throws IOException {
    UnplannedFiles files = new UnplannedFiles();
    for (String location : locations) {
      Path path = Path.of(location);
      Files.move(path, hidden(path));
      files.hidden.add(path);
    }
    return files;
  }

  private static void remove(Set<String> locations, StateFiles part) {
    part.files().forEach(file -> locations.remove(file.file().location()));
  }

  private static Path hidden(Path path) {
    return path.resolveSibling(path.getFileName() + ".hidden");
  }

  /** How many files there are that may not be read. */
  int count() {
    return hidden.size();
  }

  @Override
  public void close() throws IOException {
    for (Path path : hidden) {
      Files.move(hidden(path), path);
    }
  }
}
