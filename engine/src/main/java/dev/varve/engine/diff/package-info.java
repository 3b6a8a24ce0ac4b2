/**
 * What differs between two states of a table, and between two commits.
 *
 * <p>Start at {@link dev.varve.engine.diff.SchemaDiff} and {@link dev.varve.engine.diff.FileDiff},
 * which compare the Iceberg metadata of two states of one table. Cost follows the difference: equal
 * manifests are skipped, and no data file is opened unless its rows are asked for. Nothing here
 * writes.
 */
package dev.varve.engine.diff;
