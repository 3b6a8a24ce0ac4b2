package dev.varve.engine.merge;

import static java.util.Objects.requireNonNull;

import dev.varve.engine.merge.rows.RowConflicts;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
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
 * @param rows the cells and rows in conflict, if it is these
 * @param choice what there is to choose between, if it is something else that can be answered
 */
public record MergeConflict(
    String subject,
    String code,
    String message,
    String hint,
    SortedMap<String, String> details,
    Optional<RowConflicts> rows,
    Optional<Choice> choice) {
  public MergeConflict {
    requireNonNull(subject);
    requireNonNull(code);
    requireNonNull(message);
    requireNonNull(hint);
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }

  /** One that is neither between rows nor to be answered. */
  public MergeConflict(
      String subject, String code, String message, String hint, SortedMap<String, String> details) {
    this(subject, code, message, hint, details, Optional.empty(), Optional.empty());
  }

  /** The same with more details, but none in the place of another. */
  MergeConflict and(Map<String, String> more) {
    SortedMap<String, String> all = new TreeMap<>(more);
    all.putAll(details);
    return new MergeConflict(subject, code, message, hint, all, rows, choice);
  }

  /** The same, to be answered. */
  MergeConflict withChoice(Choice of) {
    return new MergeConflict(subject, code, message, hint, details, rows, Optional.of(of));
  }
}
