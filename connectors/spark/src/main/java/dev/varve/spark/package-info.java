/**
 * Merges, reverts and differences of rows as Spark jobs, for tables that outgrow one machine.
 *
 * <p>Start at {@link dev.varve.spark.VarveSpark}. The server decides which files are compared, and
 * makes the commit; the rows are read, compared and written here. Knows the server's HTTP API and
 * stock Iceberg, and nothing of the engine's classes.
 */
package dev.varve.spark;
