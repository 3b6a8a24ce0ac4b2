package dev.varve.engine.merge;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing that both sides changed and that no rule decides.
 *
 * @param code stable and in kebab-case, such as {@code column-renamed-differently}
 * @param message what conflicts, with the values seen on both sides; lower case, no full stop
 * @param hint what a person can do next
 * @param details the values by name, for programs
 */
public record MergeConflict(
    String code, String message, String hint, SortedMap<String, String> details) {
  public MergeConflict {
    requireNonNull(code);
    requireNonNull(message);
    requireNonNull(hint);
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }

  static MergeConflict of(String code, String message, String hint, Map<String, String> details) {
    return new MergeConflict(code, message, hint, new TreeMap<>(details));
  }
}
