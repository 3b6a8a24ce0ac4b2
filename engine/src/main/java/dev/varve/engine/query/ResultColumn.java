package dev.varve.engine.query;

/**
 * A column of a result.
 *
 * @param type DuckDB's name of the type, such as {@code BIGINT} or {@code DECIMAL(9,2)}
 */
public record ResultColumn(String name, String type) {}
