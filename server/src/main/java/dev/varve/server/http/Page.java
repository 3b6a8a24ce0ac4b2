package dev.varve.server.http;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param next the cursor to pass as {@code after} for the part behind, unless this is the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  /** The parameter of the cursor. */
  public static final Parameter<Cursor> AFTER =
      Parameter.query(
          "after", Cursor::parse, "Where to go on: the 'next' of the answer before this one.");

  /** The parameter of the most items wanted. */
  public static final Parameter<Integer> LIMIT =
      Parameter.integer("limit", 1, 1000, "The most items to answer.").orElse("100");
}
