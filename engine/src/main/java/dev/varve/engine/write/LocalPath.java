package dev.varve.engine.write;

import java.net.URI;
import java.nio.file.Path;

/** The local path of a file whose location Iceberg's metadata gives. */
final class LocalPath {
  private LocalPath() {}

  /**
   * @throws IllegalArgumentException if {@code location} is not on the local disk
   */
  static Path of(String location) {
    if (location.startsWith("/")) {
      return Path.of(location);
    }
    if (location.startsWith("file:")) {
      return Path.of(URI.create(location).getPath());
    }
    throw new IllegalArgumentException("'" + location + "' is not on the local disk");
  }
}
