package dev.varve.catalog.tree;

import dev.varve.catalog.object.ObjectId;

/**
 * A node as its parent sees it.
 *
 * @param key the last key below it
 * @param count how many entries are below it
 */
record Child(Key key, ObjectId id, long count) implements Slot {}
