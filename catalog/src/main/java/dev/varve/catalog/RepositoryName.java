package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Map;
import java.util.regex.Pattern;

/** The name of a repository: lower-case letters, digits, {@code -} and {@code _}. */
public record RepositoryName(String text) implements Comparable<RepositoryName> {
  private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  /** The repository that a server has from the start. */
  public static final RepositoryName LAKE = new RepositoryName("lake");

  public RepositoryName {
    if (!VALID.matcher(text).matches()) {
      String shown = text.replaceAll("\\p{Cntrl}", "?");
      throw new VarveException(
          ErrorCode.INVALID_NAME,
          "'%s' is not a name for a repository".formatted(shown),
          "use at most 63 lower-case letters, digits, '-' and '_'",
          Map.of("repository", shown),
          null);
    }
  }

  @Override
  public int compareTo(RepositoryName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
