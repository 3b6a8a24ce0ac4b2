package dev.varve.engine.merge;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the cases of a run were like. Safe for use by many threads. */
final class RowMergeTally {
  /** What a merge came to, beside the level of one that succeeded; and the laws that were held. */
  enum Event {
    CONFLICT_IN_METADATA,
    CONFLICT_IN_ROWS,
    MISFIT,
    UNCLEAR_KEYS,
    FLIPPED,
    SETTLED,
    SETTLED_BY_COLUMN,
    SETTLED_ONE_BY_ONE,
    ANSWERED,
    NO_ANSWER,
    REPEATED,
    REVERTED,
    LAST_PICKED,
    FIRST_REVERTED,
    REORDERED,
    NOTHING_MERGED
  }

  private final Map<MergeLevel, Integer> levels = new EnumMap<>(MergeLevel.class);
  private final Map<Event, Integer> events = new EnumMap<>(Event.class);
  private final Map<String, Integer> covered = new TreeMap<>();
  private int hidden;

  synchronized void merged(MergeLevel level) {
    levels.merge(level, 1, Integer::sum);
  }

  synchronized void count(Event event) {
    events.merge(event, 1, Integer::sum);
  }

  /** Counts a case or merge that has something, told in words. */
  synchronized void cover(String what) {
    covered.merge(what, 1, Integer::sum);
  }

  /** What was counted by words. */
  synchronized Set<String> covered() {
    return Set.copyOf(covered.keySet());
  }

  /** The same with how often, a line each. */
  synchronized String coverage() {
    return covered.entrySet().stream()
        .map(entry -> "%9d %s".formatted(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** Counts files that a merge had no business with and did not read. */
  synchronized void hidden(int files) {
    hidden += files;
  }

  synchronized int of(MergeLevel level) {
    return levels.getOrDefault(level, 0);
  }

  synchronized int of(Event event) {
    return events.getOrDefault(event, 0);
  }

  /** All merges that were compared with the oracle. */
  synchronized int merges() {
    return levels.values().stream().mapToInt(Integer::intValue).sum()
        + of(Event.CONFLICT_IN_METADATA)
        + of(Event.CONFLICT_IN_ROWS)
        + of(Event.MISFIT)
        + of(Event.UNCLEAR_KEYS);
  }

  @Override
  public synchronized String toString() {
    return "%d merges: %s, %s; %d files not read".formatted(merges(), levels, events, hidden);
  }
}
