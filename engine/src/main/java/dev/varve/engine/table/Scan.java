package dev.varve.engine.table;

import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Entry;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Reads a tree until enough entries of one kind are found. */
final class Scan {
  private static final int PAGE = 256;

  private Scan() {}

  /**
   * The entries directly below a key, or of the first level. What lies below them is not read; only
   * entries of other types on the same level are read in vain.
   */
  static List<Entry> children(
      Tree tree, Optional<Key> parent, Optional<Key> after, ContentType type, int limit) {
    List<Entry> found = new ArrayList<>();
    Iterator<Entry> children = tree.children(parent, after);
    while (found.size() < limit && children.hasNext()) {
      Entry entry = children.next();
      if (entry.content().type().equals(type)) {
        found.add(entry);
      }
    }
    return found;
  }

  /** The entries of a type everywhere. */
  static List<Entry> all(Tree tree, Optional<Key> after, ContentType type, int limit) {
    List<Entry> found = new ArrayList<>();
    Optional<Key> at = after;
    while (found.size() < limit) {
      List<Entry> page = tree.page(Optional.empty(), at, PAGE);
      page.stream()
          .filter(entry -> entry.content().type().equals(type))
          .limit(limit - found.size())
          .forEach(found::add);
      if (page.size() < PAGE) {
        break;
      }
      at = Optional.of(page.get(page.size() - 1).key());
    }
    return found;
  }
}
