package dev.varve.client;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * A commit.
 *
 * @param id 64 hex digits
 * @param parents ids in order; two for a merge, none for a repository's first commit
 * @param author {@code Name <mail>} or a bare name
 * @param generation the longest distance to a commit without parents
 * @param refs the branches and tags that stand here, where the server was asked for a list
 */
public record Commit(
    String id,
    List<String> parents,
    String author,
    String committer,
    Instant time,
    String message,
    SortedMap<String, String> properties,
    long generation,
    List<String> refs) {

  /** The first eight digits of the id, which name the commit in nearly every repository. */
  public String shortId() {
    return shortened(id);
  }

  static String shortened(String id) {
    return id.substring(0, Math.min(8, id.length()));
  }

  /** The message's first line. */
  public String subject() {
    return message.lines().findFirst().orElse("");
  }
}
