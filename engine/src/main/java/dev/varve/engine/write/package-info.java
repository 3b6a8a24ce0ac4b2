/**
 * Writes the rows of a query as data files of an Iceberg table.
 *
 * <p>Start at {@link DataFileWriter}. DuckDB runs the query and writes Parquet; what makes the
 * files Iceberg's is done here: field ids, partition values, sort order and metrics. Knows tables
 * and files, but neither commits nor the formats that rows come from.
 */
package dev.varve.engine.write;
