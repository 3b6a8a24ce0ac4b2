package dev.varve.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;

/** Files that lie on a local disk: they are read where they are, and staged beside their place. */
final class DiskFiles implements LocalFiles {
  /** Takes every local path. */
  static final DiskFiles ANYWHERE = new DiskFiles(LocalLocations::path);

  private final Function<String, Path> places;

  /**
   * @param places the path of a location; refuses those that are not allowed
   */
  DiskFiles(Function<String, Path> places) {
    this.places = places;
  }

  @Override
  public LocalCopies fetch(Map<String, Long> lengths) {
    Map<String, Path> paths = new HashMap<>();
    lengths.keySet().forEach(location -> paths.put(location, places.apply(location)));
    return new LocalCopies(paths, () -> {});
  }

  @Override
  public Path stage(String location) throws IOException {
    Path directory = places.apply(location);
    DurableFiles.createDirectories(directory);
    return directory;
  }

  @Override
  public void publish(SortedMap<Path, String> files) throws IOException {
    List<Path> published = new ArrayList<>();
    Set<Path> directories = new LinkedHashSet<>();
    try {
      FileTasks.each(files.keySet(), DiskFiles::synced);
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Path target = places.apply(file.getValue());
        Files.move(file.getKey(), target);
        published.add(target);
        directories.add(target.getParent());
      }
      for (Path directory : directories) {
        DurableFiles.sync(directory);
      }
    } catch (IOException | RuntimeException e) {
      for (Path file : published) {
        Files.deleteIfExists(file);
      }
      throw e;
    }
  }

  private static Path synced(Path file) throws IOException {
    DurableFiles.sync(file);
    return file;
  }

  @Override
  public void delete(String location) throws IOException {
    Files.deleteIfExists(places.apply(location));
  }
}
