/**
 * The files of a warehouse: on a local disk, or in an object store behind a local cache.
 *
 * <p>Start at {@link dev.varve.engine.storage.Storage}. It has two sides: Iceberg's FileIO, for
 * manifests and metadata, and {@link dev.varve.engine.storage.LocalFiles}, for DuckDB, which reads
 * and writes local files only. Neither reaches a location outside the warehouse. Files are
 * immutable, so a copy of one ({@link dev.varve.engine.storage.FileCache}) is never stale.
 *
 * <p>May depend on Iceberg and, in the classes of their names only, on the clients of S3 and HDFS;
 * knows no tables. No parameter or result is null.
 */
package dev.varve.engine.storage;
