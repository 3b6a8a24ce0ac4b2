package dev.varve.client;

import java.time.Instant;
import java.util.Optional;

/**
 * A name for a commit.
 *
 * @param kind whether the name moves (a branch) or stays (a tag)
 * @param commit the id of the commit it names
 * @param time that commit's time, where the server was asked for a list
 * @param author that commit's author, likewise
 * @param message that commit's message, likewise
 */
public record Ref(
    String name,
    Kind kind,
    String commit,
    Optional<Instant> time,
    Optional<String> author,
    Optional<String> message) {

  /** The two kinds of refs. */
  public enum Kind {
    BRANCH,
    TAG
  }
}
