package dev.varve.engine.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Remote files by their copies in a cache. */
final class CachedFiles implements LocalFiles {
  private final RemoteLocations locations;
  private final RemoteFiles remote;
  private final FileCache cache;

  CachedFiles(RemoteLocations locations, RemoteFiles remote, FileCache cache) {
    this.locations = locations;
    this.remote = remote;
    this.cache = cache;
  }

  @Override
  public LocalCopies fetch(Map<String, Long> lengths) {
    Map<String, Long> wanted = new TreeMap<>();
    Map<String, String> normal = new TreeMap<>();
    lengths.forEach(
        (location, length) -> {
          String one = locations.normal(location);
          wanted.put(one, length);
          normal.put(location, one);
        });
    LocalCopies copies = cache.acquire(wanted);
    Map<String, Path> paths = new TreeMap<>();
    normal.forEach((location, one) -> paths.put(location, copies.path(one)));
    return new LocalCopies(paths, copies::close);
  }

  @Override
  public Path stage(String location) throws IOException {
    locations.normal(location);
    return Files.createDirectory(cache.fresh());
  }

  @Override
  public void publish(SortedMap<Path, String> files) throws IOException {
    List<String> published = new ArrayList<>();
    try {
      for (Map.Entry<Path, String> file : files.entrySet()) {
        String location = locations.normal(file.getValue());
        published.add(location);
        remote.upload(file.getKey(), location, RemoteFiles.Existing.OVERWRITTEN);
      }
    } catch (RuntimeException e) {
      takeBack(published, e);
      throw e;
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      cache.adopt(file.getKey(), locations.normal(file.getValue()));
    }
  }

  /** What cannot be deleted is an orphan, and no reason to hide why it is one. */
  private void takeBack(List<String> published, RuntimeException why) {
    for (String location : published) {
      try {
        remote.delete(location);
      } catch (RuntimeException e) {
        why.addSuppressed(e);
      }
    }
  }

  @Override
  public void delete(String location) {
    String normal = locations.normal(location);
    remote.delete(normal);
    cache.remove(normal);
  }
}
