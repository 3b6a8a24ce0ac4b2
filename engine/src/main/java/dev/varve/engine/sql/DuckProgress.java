package dev.varve.engine.sql;

/**
 * How far a statement is, as DuckDB estimates it.
 *
 * @param percent 0 to 100
 * @param rows how many rows it has processed; a sort passes over its rows twice
 */
public record DuckProgress(double percent, long rows) {}
