/**
 * What people write to describe a table: column names and types, partitioning, sort order, key.
 *
 * <p>Start at {@link TypeText}, {@link PartitionText} and {@link SortText}; each reads a text into
 * Iceberg's value and prints that back. {@link ColumnNames} finds a column by the name that a
 * person gave. Knows Iceberg's schemas and nothing of files or commits.
 */
package dev.varve.engine.layout;
