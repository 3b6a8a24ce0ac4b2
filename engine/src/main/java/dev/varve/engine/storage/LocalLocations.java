package dev.varve.engine.storage;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Locations of local files as Iceberg engines write them: {@code file:///a}, {@code file:/a} or
 * {@code /a}, the path taken literally (nothing is percent-decoded).
 */
public final class LocalLocations {
  static final String SCHEME = "file:";

  private LocalLocations() {}

  /** The location of an absolute path, {@code file:///…}. */
  public static String of(Path path) {
    return SCHEME + "//" + path;
  }

  /** Whether a location is on a local disk. */
  public static boolean isLocal(String location) {
    return find(location).isPresent();
  }

  /**
   * The path of a location, wherever it is.
   *
   * @throws VarveException if the location is not on a local disk
   */
  public static Path path(String location) {
    return find(location)
        .orElseThrow(
            () ->
                new VarveException(
                    ErrorCode.UNSUPPORTED,
                    "cannot read '%s': only files on a local disk can be queried"
                        .formatted(location)));
  }

  /**
   * The path of a location below {@code root}.
   *
   * @throws VarveException if it lies outside, has another scheme or a host, or walks upwards
   */
  static Path path(Path root, String location) {
    Path path = find(location).orElseThrow(() -> StorageErrors.outsideWarehouse(location));
    for (Path element : path) {
      if (element.toString().equals("..")) {
        throw StorageErrors.outsideWarehouse(location);
      }
    }
    Path normal = path.normalize();
    if (!normal.startsWith(root)) {
      throw StorageErrors.outsideWarehouse(location);
    }
    return normal;
  }

  /** The path below {@code place} of what a location names below {@code root}. */
  static Path path(Path root, Path place, String location) {
    Path path = path(root, location);
    return place.equals(root) ? path : place.resolve(root.relativize(path));
  }

  private static Optional<Path> find(String location) {
    String text = location;
    if (location.startsWith(SCHEME + "///")) {
      text = location.substring(SCHEME.length() + 2);
    } else if (location.startsWith(SCHEME + "//")) {
      return Optional.empty(); // a host
    } else if (location.startsWith(SCHEME)) {
      text = location.substring(SCHEME.length());
    }
    return text.startsWith("/") && text.indexOf('\0') < 0
        ? Optional.of(Path.of(text))
        : Optional.empty();
  }
}
