package dev.varve.engine.write;

import dev.varve.engine.storage.LocalFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.io.LocationProvider;

/**
 * Where the files of one write grow until they are whole: a directory of its own, on a local disk.
 * Closing deletes it and all that is still in it.
 */
final class StagingDirectory implements Closeable {
  private final LocalFiles files;
  private final String location;
  private final Path path;

  private StagingDirectory(LocalFiles files, String location, Path path) {
    this.files = files;
    this.location = location;
    this.path = path;
  }

  static StagingDirectory create(LocalFiles files, LocationProvider locations) throws IOException {
    String location = locations.newDataLocation(UUID.randomUUID().toString());
    return new StagingDirectory(files, location, files.stage(location));
  }

  Path path() {
    return path;
  }

  /** Where the {@code index}-th file of this write will stand. */
  String locationOf(int index) {
    return location + "-%05d.parquet".formatted(index);
  }

  /** Moves the files to their places, in order, and makes them durable there. */
  void publish(List<Path> staged) throws IOException {
    SortedMap<Path, String> places = new TreeMap<>();
    for (int i = 0; i < staged.size(); i++) {
      places.put(staged.get(i), locationOf(i));
    }
    files.publish(places);
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(path)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
