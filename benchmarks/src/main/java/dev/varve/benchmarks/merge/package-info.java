/**
 * What a merge of rows costs, by how many were changed, beside the same join written by hand in
 * DuckDB and beside Spark's {@code MERGE INTO}. Start at {@link
 * dev.varve.benchmarks.merge.RowMergeCost}.
 */
package dev.varve.benchmarks.merge;
