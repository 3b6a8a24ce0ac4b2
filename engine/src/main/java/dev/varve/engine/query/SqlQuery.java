package dev.varve.engine.query;

import dev.varve.catalog.history.Revision;

/**
 * A query to run.
 *
 * @param sql one SELECT, or VALUES, DESCRIBE, SUMMARIZE, SHOW TABLES or EXPLAIN
 * @param revision where tables are read that the text gives no revision of their own
 */
public record SqlQuery(String sql, Revision revision, QueryLimits limits) {}
