package dev.varve.client;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a commit says of itself.
 *
 * @param author {@code Name <mail>} or a bare name; the server's own name when empty
 * @param message what was done and why; derived from the change when empty
 * @param properties facts to keep with the commit, such as a source or a run id
 */
public record CommitOptions(
    Optional<String> author, Optional<String> message, SortedMap<String, String> properties) {

  /** Everything left to the server. */
  public static final CommitOptions NONE =
      new CommitOptions(Optional.empty(), Optional.empty(), Collections.emptySortedMap());

  public CommitOptions {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** These options with {@code newMessage}. */
  public CommitOptions withMessage(String newMessage) {
    return new CommitOptions(author, Optional.of(newMessage), properties);
  }
}
