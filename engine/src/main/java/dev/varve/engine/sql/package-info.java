/**
 * Reading tables with SQL, executed by DuckDB inside this process.
 *
 * <p>{@link dev.varve.engine.sql.Duck} opens sessions: trusted ones for the engine's own
 * statements, and sandboxed ones for what users wrote. {@link dev.varve.engine.sql.TableRelation}
 * shows an Iceberg table as a view in a session, with columns matched by field id and all deletes
 * applied.
 *
 * <p>DuckDB is given paths of local files that Iceberg planned; it never lists directories, and it
 * has no network and no extensions but those that are linked into it.
 */
package dev.varve.engine.sql;
