package dev.varve.catalog.history;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a person says of a commit.
 *
 * @param author who made the change
 * @param committer who put it on the branch
 * @param message what and why; the first line is the subject
 * @param properties where it comes from: source, code version, run id, …
 */
public record CommitDetails(
    String message, Author author, Author committer, SortedMap<String, String> properties) {

  public CommitDetails {
    properties = Collections.unmodifiableSortedMap(inNaturalOrder(properties));
  }

  /** A copy of a sorted map keeps its order, and the canonical bytes know one order only. */
  private static SortedMap<String, String> inNaturalOrder(Map<String, String> properties) {
    SortedMap<String, String> ordered = new TreeMap<>();
    ordered.putAll(properties);
    return ordered;
  }

  /** A message by one person who is author and committer. */
  public static CommitDetails of(String message, Author author) {
    return new CommitDetails(message, author, author, Collections.emptySortedMap());
  }

  public CommitDetails withMessage(String other) {
    return new CommitDetails(other, author, committer, properties);
  }

  /** These details with more properties; those given here win. */
  public CommitDetails withProperties(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(properties);
    all.putAll(more);
    return new CommitDetails(message, author, committer, all);
  }
}
