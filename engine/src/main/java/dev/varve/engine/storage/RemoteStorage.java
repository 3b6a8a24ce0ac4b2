package dev.varve.engine.storage;

import dev.varve.catalog.CacheStatistics;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.iceberg.io.FileIO;

/** A warehouse in a store that is not a local disk, with copies of its files on one. */
public final class RemoteStorage implements Storage {
  private final RemoteLocations locations;
  private final Map<String, String> clientProperties;
  private final Optional<S3Delegation> delegation;
  private final RemoteFiles remote;
  private final FileCache cache;
  private final CachedFileIO io;

  private RemoteStorage(
      RemoteLocations locations,
      Map<String, String> clientProperties,
      Optional<S3Delegation> delegation,
      RemoteFiles remote,
      FileCache cache) {
    this.locations = locations;
    this.clientProperties = Map.copyOf(clientProperties);
    this.delegation = delegation;
    this.remote = remote;
    this.cache = cache;
    this.io = new CachedFileIO(locations, remote, cache);
  }

  /**
   * A store as a FileIO reaches it.
   *
   * @param location the root, such as {@code s3://bucket/lake}
   * @param io not yet confined to the root; closed with the storage
   * @param errors the error to throw for a failure with one location
   * @param clientProperties see {@link Storage#clientProperties}
   * @param delegation see {@link Storage#delegation}; closed with the storage
   */
  public record Store(
      String location,
      FileIO io,
      BiFunction<Exception, String, RuntimeException> errors,
      Map<String, String> clientProperties,
      Optional<S3Delegation> delegation) {}

  /** Puts the parts together; asks the store nothing. */
  public static RemoteStorage of(Store store, CacheSettings settings) {
    RemoteFiles remote = new RemoteFiles(store.io(), store.errors());
    return new RemoteStorage(
        new RemoteLocations(store.location()),
        store.clientProperties(),
        store.delegation(),
        remote,
        new FileCache(settings, remote::download));
  }

  @Override
  public String location() {
    return locations.root();
  }

  @Override
  public String normal(String location) {
    return locations.normal(location);
  }

  @Override
  public FileIO io() {
    return io;
  }

  @Override
  public long length(String location) {
    return remote.length(locations.normal(location));
  }

  @Override
  public Optional<Path> directory() {
    return Optional.empty();
  }

  @Override
  public Map<String, String> clientProperties() {
    return clientProperties;
  }

  @Override
  public Optional<S3Delegation> delegation() {
    return delegation;
  }

  @Override
  public Map<String, CacheStatistics> caches() {
    Map<String, CacheStatistics> caches = new TreeMap<>();
    caches.put("files", cache.statistics());
    delegation
        .flatMap(S3Delegation::vendor)
        .ifPresent(vendor -> caches.put("vended-credentials", vendor.cache()));
    return caches;
  }

  @Override
  public void close() {
    delegation.ifPresent(S3Delegation::close);
    cache.close();
    remote.close();
  }
}
