/**
 * Where the bytes of a catalog lie: ordered key-value spaces with atomic, synced writes.
 *
 * <p>Start at {@link dev.varve.catalog.store.Store}. {@link dev.varve.catalog.store.RocksStore}
 * keeps them on disk, {@link dev.varve.catalog.store.MemoryStore} in memory.
 */
package dev.varve.catalog.store;
