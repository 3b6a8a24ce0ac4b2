package dev.varve.catalog.tree;

/**
 * A node with its canonical bytes, so that an edit of it need only write the slots that differ.
 * Immutable: nobody changes what the accessors return.
 */
final class StoredNode {
  private final Node node;
  private final byte[] bytes;
  private final int[] starts;

  /**
   * @param starts where each slot begins in the bytes, and where the last one ends
   */
  StoredNode(Node node, byte[] bytes, int[] starts) {
    this.node = node;
    this.bytes = bytes;
    this.starts = starts;
  }

  Node node() {
    return node;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where a slot begins in the bytes; for the number of slots, where the last one ends. */
  int start(int slot) {
    return starts[slot];
  }
}
