package dev.varve.engine.diff;

/**
 * What happened to one column in the rows that changed under their row key.
 *
 * @param column its name
 * @param changed in how many rows its value changed; never 0
 * @param toNull in how many of them it became null
 * @param fromNull in how many of them it was null before
 */
public record ColumnSummary(String column, long changed, long toNull, long fromNull) {}
