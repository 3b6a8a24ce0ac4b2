/** The versioned map of keys to contents: objects, trees, commits and refs on RocksDB. */
package dev.varve.catalog;
