package dev.varve.engine.sql;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;

/** The local paths of the locations that Iceberg metadata names. */
public final class LocalFiles {
  private LocalFiles() {}

  /**
   * The path that DuckDB opens for a location.
   *
   * <p>As in Iceberg and Hadoop, what follows {@code file:} is taken as it stands: {@code %20} is
   * three characters of the name, not a space.
   *
   * @throws VarveException if the location is not on a local disk
   */
  public static Path path(String location) {
    if (location.startsWith("file:")) {
      String rest = location.substring("file:".length());
      return Path.of(rest.startsWith("//") ? withoutAuthority(rest, location) : rest);
    }
    if (location.startsWith("/")) {
      return Path.of(location);
    }
    throw remote(location);
  }

  private static String withoutAuthority(String rest, String location) {
    int slash = rest.indexOf('/', 2);
    String authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
    if (slash < 0 || !(authority.isEmpty() || authority.equals("localhost"))) {
      throw remote(location);
    }
    return rest.substring(slash);
  }

  private static VarveException remote(String location) {
    return new VarveException(
        ErrorCode.UNSUPPORTED,
        "cannot read '%s': only files on a local disk can be queried".formatted(location));
  }
}
