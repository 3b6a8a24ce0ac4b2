package dev.varve.catalog.tree;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * The entries of one level, in order. What lies below one of them is not read through but passed by
 * seeking behind it.
 */
final class Children implements Iterator<Entry> {
  private final int depth;
  private final Function<byte[], Iterator<Entry>> seek;
  private Iterator<Entry> entries;

  /** The next one, or null if it was not looked for yet or there is none. */
  private Entry next;

  /**
   * @param depth how many elements the keys have
   * @param from where to begin
   * @param seek reads the entries that do not sort before a bound
   */
  Children(int depth, byte[] from, Function<byte[], Iterator<Entry>> seek) {
    this.depth = depth;
    this.seek = seek;
    this.entries = seek.apply(from);
  }

  @Override
  public boolean hasNext() {
    while (next == null && entries.hasNext()) {
      Entry entry = entries.next();
      List<String> elements = entry.key().elements();
      if (elements.size() == depth) {
        next = entry;
      } else if (elements.size() > depth) {
        entries = seek.apply(Key.of(elements.subList(0, depth)).endOfPrefix());
      }
    }
    return next != null;
  }

  @Override
  public Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Entry entry = next;
    next = null;
    return entry;
  }
}
