package dev.varve.catalog.change;

import dev.varve.catalog.tree.ContentId;

/**
 * Raises a high-water mark of a content, in the same atomic write as the commit that needs it.
 * Marks belong to the repository, not to a branch, and never fall; those that serve for a time only
 * are forgotten at its end.
 *
 * @param expected where the mark must stand, 0 if it was never raised; else the commit is refused
 *     and may be tried again from the new mark
 * @param next where it will stand; not below {@code expected}
 */
public record CounterRaise(ContentId id, String name, long expected, long next) {
  public CounterRaise {
    if (expected < 0 || next < expected) {
      throw new IllegalArgumentException(
          "counter '%s' cannot go from %d to %d".formatted(name, expected, next));
    }
  }
}
