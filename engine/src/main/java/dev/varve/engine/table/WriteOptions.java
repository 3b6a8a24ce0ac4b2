package dev.varve.engine.table;

import dev.varve.catalog.history.Author;
import dev.varve.catalog.ref.RefName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a write goes and what its commit says.
 *
 * @param branch the branch that the commit lands on
 * @param author who made the change
 * @param message what the log shows; when empty, it is derived from what the commit does
 * @param properties kept with the commit, such as a source or a run id
 * @param key lets the commit take place once only; a second one is a conflict
 */
public record WriteOptions(
    RefName branch,
    Author author,
    Optional<String> message,
    SortedMap<String, String> properties,
    Optional<WriteKey> key) {
  public WriteOptions {
    properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** A write without a key. */
  public WriteOptions(
      RefName branch,
      Author author,
      Optional<String> message,
      SortedMap<String, String> properties) {
    this(branch, author, message, properties, Optional.empty());
  }

  /** A write to {@code branch} whose message is derived and that has no properties. */
  public static WriteOptions on(RefName branch, Author author) {
    return new WriteOptions(branch, author, Optional.empty(), Collections.emptySortedMap());
  }

  public WriteOptions withMessage(String text) {
    return new WriteOptions(branch, author, Optional.of(text), properties, key);
  }

  public WriteOptions withKey(Optional<WriteKey> once) {
    return new WriteOptions(branch, author, message, properties, once);
  }

  /** The same write with {@code fallback} as its message, unless it has one. */
  public WriteOptions withDefaultMessage(String fallback) {
    return message.isPresent() ? this : withMessage(fallback);
  }

  public WriteOptions withProperties(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(properties);
    all.putAll(more);
    return new WriteOptions(branch, author, message, all, key);
  }
}
