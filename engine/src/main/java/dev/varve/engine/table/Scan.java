package dev.varve.engine.table;

import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads a tree in pages until enough entries of one kind are found. */
final class Scan {
  private static final int PAGE = 256;

  private Scan() {}

  static List<Entry> find(
      Tree tree, Optional<Key> prefix, Optional<Key> after, Predicate<Entry> wanted, int limit) {
    List<Entry> found = new ArrayList<>();
    Optional<Key> at = after;
    while (found.size() < limit) {
      List<Entry> page = tree.page(prefix, at, PAGE);
      page.stream().filter(wanted).limit(limit - found.size()).forEach(found::add);
      if (page.size() < PAGE) {
        break;
      }
      at = Optional.of(page.get(page.size() - 1).key());
    }
    return found;
  }
}
