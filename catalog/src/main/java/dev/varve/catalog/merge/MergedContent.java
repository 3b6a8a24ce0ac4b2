package dev.varve.catalog.merge;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.tree.ContentId;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of a content that both sides changed. */
public sealed interface MergedContent {

  /**
   * Both changes, together.
   *
   * @param value the bytes; not to be changed afterwards
   * @param counters raises to be written with the merge
   */
  record Merged(ContentType type, ContentId id, byte[] value, List<CounterRaise> counters)
      implements MergedContent {
    public Merged {
      counters = List.copyOf(counters);
    }

    public Merged(ContentType type, ContentId id, byte[] value) {
      this(type, id, value, List.of());
    }
  }

  /**
   * Two contents that want one key: ours has it, and theirs goes to another.
   *
   * @param theirs where their content goes
   */
  record Apart(Key theirs) implements MergedContent {}

  /** Nothing is left of it. */
  record Removed() implements MergedContent {}

  /**
   * The changes cannot stand together.
   *
   * @param code stable name of the reason, in kebab-case
   * @param message what each side did
   * @param hint what the person can do
   * @param details for programs
   */
  record Conflict(
      String code, String message, Optional<String> hint, SortedMap<String, String> details)
      implements MergedContent {
    public Conflict {
      details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    public Conflict(String code, String message, String hint, Map<String, String> details) {
      this(code, message, Optional.of(hint), new TreeMap<>(details));
    }
  }

  /** The conflict of a content whose bytes cannot be merged. */
  static Conflict bothChanged(Key key) {
    return new Conflict(
        "both-changed",
        "both sides changed '%s'".formatted(key),
        "change it on one side only, or undo the change on one of them",
        Map.of());
  }
}
