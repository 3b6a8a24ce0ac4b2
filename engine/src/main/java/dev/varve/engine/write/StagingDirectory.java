package dev.varve.engine.write;

import dev.varve.engine.table.LocalLocations;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.io.LocationProvider;

/**
 * Where the files of one write grow until they are whole: a directory of its own, beside the
 * table's data files. Closing deletes it and all that is still in it.
 */
final class StagingDirectory implements Closeable {
  private final String location;
  private final Path path;

  private StagingDirectory(String location, Path path) {
    this.location = location;
    this.path = path;
  }

  static StagingDirectory create(LocationProvider locations) throws IOException {
    String location = locations.newDataLocation(UUID.randomUUID().toString());
    Path path = LocalLocations.path(location);
    createDirectories(path);
    return new StagingDirectory(location, path);
  }

  Path path() {
    return path;
  }

  /** Where the {@code index}-th file of this write will stand. */
  String locationOf(int index) {
    return location + "-%05d.parquet".formatted(index);
  }

  /** Moves the files to their places, in order, and makes them durable there. */
  void publish(List<Path> files) throws IOException {
    int published = 0;
    try {
      for (Path file : files) {
        sync(file);
        Files.move(file, LocalLocations.path(locationOf(published)));
        published++;
      }
      sync(path.getParent());
    } catch (IOException | RuntimeException e) {
      for (int i = 0; i < published; i++) {
        Files.deleteIfExists(LocalLocations.path(locationOf(i)));
      }
      throw e;
    }
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

  private static void createDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (!Files.isDirectory(parent)) {
      createDirectories(parent);
    }
    Files.createDirectories(directory);
    sync(parent);
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
