package dev.varve.engine.merge;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing that both sides changed and that no rule decides.
 *
 * @param subject the table or namespace, by the name that base has for it
 * @param code stable and in kebab-case, such as {@code column-renamed-differently}
 * @param message what conflicts, with the values seen on both sides; lower case, no full stop
 * @param hint what a person can do next
 * @param details the values by name, for programs
 */
public record MergeConflict(
    String subject, String code, String message, String hint, SortedMap<String, String> details) {
  public MergeConflict {
    requireNonNull(subject);
    requireNonNull(code);
    requireNonNull(message);
    requireNonNull(hint);
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }
}
