package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;

/** A content and where one side has it. */
record Located(Key key, Content content) {}
