/**
 * Users' SQL: read-only queries over the tables of a lake, at any revision.
 *
 * <p>Start at {@link dev.varve.engine.query.Sql}. DuckDB's own parser says what a text means; its
 * tree is checked, the tables in it are found in the lake and replaced by views, and the text is
 * run in a sandbox that holds these views and can open their files and nothing else. {@link
 * dev.varve.engine.query.RowExpressions} checks single expressions in the same way.
 *
 * <p>Depends on {@code engine.sql} for DuckDB and on {@code engine.table} for the tables.
 */
package dev.varve.engine.query;
