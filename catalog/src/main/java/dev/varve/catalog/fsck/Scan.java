package dev.varve.catalog.fsck;

import dev.varve.catalog.store.Keys;
import dev.varve.catalog.store.Space;
import dev.varve.catalog.store.Store.Pair;
import dev.varve.catalog.store.View;
import java.util.List;

/** Reads all that a repository has in a space, in pages. */
final class Scan {
  private static final int PAGE = 500;

  private Scan() {}

  /** Takes one entry. */
  interface Taker {
    void take(Pair pair);
  }

  static void all(View view, Space space, Keys keys, Taker taker) {
    byte[] from = keys.first();
    List<Pair> page;
    do {
      page = view.scan(space, from, keys.end(), PAGE);
      page.forEach(taker::take);
      if (!page.isEmpty()) {
        from = Keys.after(page.get(page.size() - 1).key());
      }
    } while (page.size() == PAGE);
  }
}
