package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;
import java.util.List;

/**
 * One piece of a tree: entries at level 0, children above.
 *
 * <p>Where a node ends is decided by keys alone. A key's height is the number of trailing zero bits
 * of its SHA-256, divided by {@value #FAN_OUT_BITS}; a key of height h ends the nodes of the levels
 * below h that hold it. So a node has 2^{@value #FAN_OUT_BITS} slots on average, whatever the order
 * of edits, and changing a value moves no bound. Sizes are distributed geometrically: among a
 * million keys the largest node has some 200 slots.
 */
record Node(int level, List<Slot> slots) {
  /** With 16 slots a node, an edit of one of 100,000 keys writes 6 nodes, 4.6 kB in all. */
  static final int FAN_OUT_BITS = 4;

  static final Node EMPTY = new Node(0, List.of());

  Node {
    slots = List.copyOf(slots);
  }

  static int heightOf(byte[] encodedKey) {
    byte[] hash = ObjectId.of(encodedKey).bytes();
    int zeros = 0;
    for (int i = hash.length - 1; i >= 0; i--) {
      int bits = Byte.toUnsignedInt(hash[i]);
      if (bits != 0) {
        return (zeros + Integer.numberOfTrailingZeros(bits)) / FAN_OUT_BITS;
      }
      zeros += Byte.SIZE;
    }
    return zeros / FAN_OUT_BITS;
  }

  /** How many entries are in or below this node. */
  long count() {
    if (level == 0) {
      return slots.size();
    }
    long count = 0;
    for (Slot slot : slots) {
      count += ((Child) slot).count();
    }
    return count;
  }

  Key lastKey() {
    return slots.get(slots.size() - 1).key();
  }

  Child child(int index) {
    return (Child) slots.get(index);
  }

  /**
   * The index of the first slot whose key is not below {@code bound}; the size if there is none.
   */
  int indexOf(byte[] bound) {
    return indexOf(slots, 0, bound);
  }

  /** The same among the slots from {@code from} on. */
  static int indexOf(List<Slot> slots, int from, byte[] bound) {
    int low = from;
    int high = slots.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slots.get(middle).key().compareTo(bound) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
