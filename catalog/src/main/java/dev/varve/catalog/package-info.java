/**
 * The history of a lake: immutable objects, trees, commits, branches and tags, on RocksDB.
 *
 * <p>Start at {@link dev.varve.catalog.Catalog}, which opens a directory of repositories, and
 * {@link dev.varve.catalog.Repository}, one history with its refs. Versions opaque, typed contents
 * under ordered keys; knows nothing of Iceberg, files or HTTP.
 *
 * <p>Parameters and results are never null; what may be absent is an {@code Optional}.
 */
package dev.varve.catalog;
