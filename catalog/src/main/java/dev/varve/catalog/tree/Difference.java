package dev.varve.catalog.tree;

import java.util.Optional;

/** A key at which two trees differ: at least one side is there, and they are not equal. */
public record Difference(Key key, Optional<Content> before, Optional<Content> after) {}
