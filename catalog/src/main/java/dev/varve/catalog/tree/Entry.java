package dev.varve.catalog.tree;

/** A key and what is at it. */
public record Entry(Key key, Content content) implements Slot {}
