package dev.varve.catalog.store;

/**
 * What a store's cache of blocks of its files did since the store was opened, and what it holds.
 *
 * @param hits blocks that it had
 * @param misses blocks that were read from files
 * @param bytes what it holds
 * @param bound what it may hold
 */
public record BlockCacheFigures(long hits, long misses, long bytes, long bound) {}
