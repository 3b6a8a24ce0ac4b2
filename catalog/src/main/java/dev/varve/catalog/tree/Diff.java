package dev.varve.catalog.tree;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The keys at which two trees differ. Two cursors walk side by side; subtrees with one id are
 * passed over together, else the larger one is entered. As keys alone bound the nodes, the cursors
 * meet in front of equal subtrees again soon after each difference.
 */
final class Diff implements Iterator<Difference> {
  private final Cursor before;
  private final Cursor after;
  private Difference next;

  Diff(Cursor before, Cursor after) {
    this.before = before;
    this.after = after;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !(before.atEnd() && after.atEnd())) {
      step();
    }
    return next != null;
  }

  @Override
  public Difference next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Difference difference = next;
    next = null;
    return difference;
  }

  private void step() {
    int levelBefore = before.atEnd() ? Cursor.ENTRY : before.level();
    int levelAfter = after.atEnd() ? Cursor.ENTRY : after.level();
    if (levelBefore == Cursor.ENTRY && levelAfter == Cursor.ENTRY) {
      compareEntries();
    } else if (levelBefore == levelAfter && before.id().equals(after.id())) {
      before.advance();
      after.advance();
    } else {
      if (levelBefore >= levelAfter) {
        before.descend();
      }
      if (levelAfter >= levelBefore) {
        after.descend();
      }
    }
  }

  private void compareEntries() {
    int order =
        before.atEnd() ? 1 : after.atEnd() ? -1 : before.slot().key().compareTo(after.slot().key());
    Key key = order <= 0 ? before.slot().key() : after.slot().key();
    Optional<Content> old = order <= 0 ? take(before) : Optional.empty();
    Optional<Content> now = order >= 0 ? take(after) : Optional.empty();
    if (!old.equals(now)) {
      next = new Difference(key, old, now);
    }
  }

  private static Optional<Content> take(Cursor cursor) {
    Content content = ((Entry) cursor.slot()).content();
    cursor.advance();
    return Optional.of(content);
  }
}
