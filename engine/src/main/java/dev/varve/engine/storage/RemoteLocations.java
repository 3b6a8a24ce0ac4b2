package dev.varve.engine.storage;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Locations below a root such as {@code s3://bucket/lake}. What follows the root is taken
 * literally; schemes that mean the same store, as {@code s3a} does, are read as its own.
 */
final class RemoteLocations {
  private static final Pattern LOCATION =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(/.*)?", Pattern.DOTALL);
  private static final Map<String, String> SAME = Map.of("s3a", "s3", "s3n", "s3");

  private final String root;

  /**
   * @param root scheme, authority and path; slashes at its end do not matter
   * @throws dev.varve.catalog.error.VarveException if it is none
   */
  RemoteLocations(String root) {
    this.root = normalized(root).replaceAll("/+$", "");
  }

  String root() {
    return root;
  }

  /**
   * The one form of a location below the root.
   *
   * @throws dev.varve.catalog.error.VarveException if it is outside, walks upwards, or has a query
   *     or fragment, which some clients cut off
   */
  String normal(String location) {
    String normal = normalized(location);
    if (!normal.startsWith(root + "/") && !normal.equals(root)) {
      throw StorageErrors.outsideWarehouse(location);
    }
    return normal;
  }

  private static String normalized(String location) {
    Matcher parts = LOCATION.matcher(location);
    if (!parts.matches() || parts.group(2).isEmpty()) {
      throw StorageErrors.outsideWarehouse(location);
    }
    String scheme = parts.group(1).toLowerCase(java.util.Locale.ROOT);
    String path = parts.group(3) == null ? "" : parts.group(3);
    for (String element : path.split("/", -1)) {
      if (element.equals("..") || element.equals(".")) {
        throw StorageErrors.outsideWarehouse(location);
      }
    }
    if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0 || path.indexOf('\0') >= 0) {
      throw StorageErrors.outsideWarehouse(location);
    }
    return SAME.getOrDefault(scheme, scheme) + "://" + parts.group(2) + path;
  }
}
