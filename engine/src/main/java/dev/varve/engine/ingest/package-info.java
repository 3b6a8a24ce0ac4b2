/**
 * Puts files of rows into tables: Parquet, CSV, JSON, JSON lines and Arrow IPC.
 *
 * <p>Start at {@link Ingest}. A {@link SourceFile} is a file as a relation of DuckDB, one class per
 * format; it also says where in the file a failure lies. An ingest is one commit or nothing: a file
 * that does not fit leaves neither a commit nor a file behind.
 */
package dev.varve.engine.ingest;
