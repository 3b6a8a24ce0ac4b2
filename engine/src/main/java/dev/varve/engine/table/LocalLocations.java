package dev.varve.engine.table;

import java.nio.file.Path;

/**
 * Locations of local files as Iceberg engines write them: {@code file:///a}, {@code file:/a} or
 * {@code /a}, the path taken literally (nothing is percent-decoded).
 */
final class LocalLocations {
  static final String SCHEME = "file:";

  private LocalLocations() {}

  /**
   * The path of a location below {@code root}.
   *
   * @throws dev.varve.catalog.error.VarveException if it lies outside, has another scheme or a
   *     host, or walks upwards
   */
  static Path path(Path root, String location) {
    String text = location.startsWith(SCHEME) ? withoutScheme(location) : location;
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      throw TableErrors.outsideWarehouse(location);
    }
    Path path = Path.of(text);
    for (Path element : path) {
      if (element.toString().equals("..")) {
        throw TableErrors.outsideWarehouse(location);
      }
    }
    Path normal = path.normalize();
    if (!normal.startsWith(root)) {
      throw TableErrors.outsideWarehouse(location);
    }
    return normal;
  }

  private static String withoutScheme(String location) {
    String rest = location.substring(SCHEME.length());
    if (rest.startsWith("///")) {
      return rest.substring(2);
    }
    if (rest.startsWith("//")) {
      throw TableErrors.outsideWarehouse(location);
    }
    return rest;
  }
}
