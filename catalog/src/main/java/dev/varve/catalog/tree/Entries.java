package dev.varve.catalog.tree;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** The entries from a cursor onwards. */
final class Entries implements Iterator<Entry> {
  private final Cursor cursor;
  private final byte[] end;

  Entries(Cursor cursor) {
    this(cursor, null);
  }

  /**
   * @param end the first bytes that are no longer wanted, or null to go on to the last entry
   */
  Entries(Cursor cursor, byte[] end) {
    this.cursor = cursor;
    this.end = end;
  }

  @Override
  public boolean hasNext() {
    while (!cursor.atEnd() && cursor.level() >= 0) {
      cursor.descend();
    }
    return !cursor.atEnd() && (end == null || cursor.slot().key().compareTo(end) < 0);
  }

  @Override
  public Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Entry entry = (Entry) cursor.slot();
    cursor.advance();
    return entry;
  }
}
