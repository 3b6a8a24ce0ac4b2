package dev.varve.catalog.fsck;

import dev.varve.catalog.object.ObjectId;

/**
 * A set of ids by the millions: the first 16 bytes of each, in open-addressing tables. 22 to 43
 * bytes an id. Two different ids are taken for one with a chance of 1 in 2^88 among a million
 * million. Not safe for use by several threads.
 */
public final class IdSet {
  /** Each grows by itself, so that no step needs the whole set twice. */
  private static final int SEGMENTS = 256;

  private static final int FIRST_SLOTS = 16;

  private final long[][] segments = new long[SEGMENTS][];
  private final int[] sizes = new int[SEGMENTS];
  private long size;

  /** Adds an id; false if it was there. */
  public boolean add(ObjectId id) {
    // Zeros stand for a free slot; a hash of sixteen zero bytes is as likely as a collision.
    long a = id.word(0);
    long b = id.word(1);
    int segment = (int) (a >>> 56);
    long[] slots = segments[segment];
    if (slots == null) {
      slots = new long[2 * FIRST_SLOTS];
      segments[segment] = slots;
    } else if (4 * sizes[segment] > 3 * (slots.length / 2)) {
      slots = grown(slots);
      segments[segment] = slots;
    }
    if (!put(slots, a, b)) {
      return false;
    }
    sizes[segment]++;
    size++;
    return true;
  }

  /** Whether an id was added. */
  public boolean contains(ObjectId id) {
    long[] slots = segments[(int) (id.word(0) >>> 56)];
    if (slots == null) {
      return false;
    }
    int at = place(slots, id.word(0), id.word(1));
    return slots[at] != 0 || slots[at + 1] != 0;
  }

  /** How many ids were added. */
  public long size() {
    return size;
  }

  private static long[] grown(long[] slots) {
    long[] larger = new long[2 * slots.length];
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i] != 0 || slots[i + 1] != 0) {
        put(larger, slots[i], slots[i + 1]);
      }
    }
    return larger;
  }

  private static boolean put(long[] slots, long a, long b) {
    int at = place(slots, a, b);
    if (slots[at] != 0 || slots[at + 1] != 0) {
      return false;
    }
    slots[at] = a;
    slots[at + 1] = b;
    return true;
  }

  /** Where these bytes are, or the free slot where they would be put. */
  private static int place(long[] slots, long a, long b) {
    int mask = slots.length / 2 - 1;
    int slot = (int) a & mask;
    while (true) {
      int at = 2 * slot;
      boolean free = slots[at] == 0 && slots[at + 1] == 0;
      if (free || (slots[at] == a && slots[at + 1] == b)) {
        return at;
      }
      slot = (slot + 1) & mask;
    }
  }
}
