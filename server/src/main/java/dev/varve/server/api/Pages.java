package dev.varve.server.api;

import dev.varve.server.http.Cursor;
import dev.varve.server.http.Page;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Cuts lists into parts. */
final class Pages {
  private Pages() {}

  /**
   * The part of the first {@code limit} items.
   *
   * @param items one more than the limit if there are more behind
   * @param place tells an item's place, for the cursor
   * @param view makes what is answered; called for the part's items only
   */
  static <T, V> Page<V> of(
      List<T> items, int limit, Function<T, String> place, Function<T, V> view) {
    List<T> part = items.subList(0, Math.min(limit, items.size()));
    Optional<String> next =
        items.size() > limit
            ? Optional.of(new Cursor(place.apply(part.get(limit - 1))).text())
            : Optional.empty();
    return new Page<>(part.stream().map(view).toList(), next);
  }
}
