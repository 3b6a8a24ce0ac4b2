package dev.varve.engine.storage;

import dev.varve.catalog.CacheStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.io.FileIO;

/** A warehouse in a local directory. */
public final class LocalStorage implements Storage {
  private final Path root;
  private final Path place;
  private final LocalFileIO io;

  private LocalStorage(Path root, Path place) {
    this.root = root;
    this.place = place;
    this.io = new LocalFileIO(root, place);
  }

  /** A directory, which is created if it is missing. */
  public static LocalStorage of(Path directory) {
    try {
      DurableFiles.createDirectories(directory.toAbsolutePath().normalize());
      Path root = directory.toRealPath();
      return new LocalStorage(root, root);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the warehouse '" + directory + "'", e);
    }
  }

  /**
   * A copy of a warehouse, such as a backup, to be read.
   *
   * @param root where the warehouse is, as locations in table metadata say
   * @param copy where its files lie instead
   */
  public static LocalStorage copyOf(Path root, Path copy) {
    return new LocalStorage(root, copy);
  }

  @Override
  public String location() {
    return LocalLocations.of(root);
  }

  @Override
  public String normal(String location) {
    return LocalLocations.of(LocalLocations.path(root, location));
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public long length(String location) {
    return io.newInputFile(location).getLength();
  }

  /**
   * The path of a location.
   *
   * @throws dev.varve.catalog.error.VarveException if it lies outside the warehouse
   */
  public Path path(String location) {
    return LocalLocations.path(root, place, location);
  }

  @Override
  public Optional<Path> directory() {
    return Optional.of(root);
  }

  @Override
  public Map<String, String> clientProperties() {
    return Map.of();
  }

  @Override
  public Optional<S3Delegation> delegation() {
    return Optional.empty();
  }

  @Override
  public Map<String, CacheStatistics> caches() {
    return Map.of();
  }

  /** There is nothing to close. */
  @Override
  public void close() {}
}
