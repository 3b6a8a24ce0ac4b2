package dev.varve.catalog.tree;

/** One place of a node: an entry in a leaf, a child in an inner node. Ordered by its key. */
public sealed interface Slot permits Entry, Child {
  /** The key of the entry, or the last key below the child. */
  Key key();
}
