package dev.varve.engine.merge;

import java.util.List;
import java.util.Set;

/** Finds row keys that two sets of files have in common, by reading their key columns. */
interface SharedKeys {
  /**
   * Reads the key columns of both sets, with the deletes that apply to them.
   *
   * @param key the field ids of the row key
   */
  Found find(KeyFiles ours, KeyFiles theirs, Set<Integer> key);

  /** How many keys are on both sides, and some of them as text. */
  record Found(long count, List<String> sample) {
    public Found {
      sample = List.copyOf(sample);
    }
  }
}
