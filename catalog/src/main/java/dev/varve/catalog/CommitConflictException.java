package dev.varve.catalog;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.Map;
import java.util.Optional;

/** A key does not hold what a commit expects there. Nothing was written; read the key and retry. */
public final class CommitConflictException extends VarveException {
  private final transient Key key;
  private final transient Optional<Content> expected;
  private final transient Optional<Content> found;

  CommitConflictException(
      String branch, Key key, Optional<Content> expected, Optional<Content> found) {
    super(
        ErrorCode.COMMIT_CONFLICT,
        "cannot commit to '%s': '%s' %s".formatted(branch, key, describe(expected, found)),
        "nothing was written; read '%s' again and retry".formatted(key),
        Map.of(
            "ref", branch,
            "key", key.toString(),
            "expected", text(expected),
            "found", text(found)),
        null);
    this.key = key;
    this.expected = expected;
    this.found = found;
  }

  public Key key() {
    return key;
  }

  /** What the commit expected at the key. */
  public Optional<Content> expected() {
    return expected;
  }

  /** What is at the key. */
  public Optional<Content> found() {
    return found;
  }

  private static String describe(Optional<Content> expected, Optional<Content> found) {
    if (expected.isEmpty()) {
      return "exists already";
    }
    return found.isEmpty() ? "is gone" : "was changed by another commit";
  }

  private static String text(Optional<Content> content) {
    return content.map(present -> present.value().abbreviate()).orElse("nothing");
  }
}
