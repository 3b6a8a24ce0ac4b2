/**
 * The Iceberg REST catalog: every engine that speaks the protocol reads and writes a repository's
 * tables, on any branch and at any revision.
 *
 * <p>Start at {@link IcebergApi}, which finds the {@link Route} of a request and turns what goes
 * wrong into the protocol's errors. Each resource ({@link NamespaceResource}, {@link
 * TableResource}, {@link CommitResource}, ...) answers the calls of one kind; {@link Target} says
 * which repository and revision a call speaks of, as its {@link CatalogPrefix} names them.
 *
 * <p>Knows the engine's tables and Iceberg's own request and response classes; everything that
 * touches the history goes through the engine.
 */
package dev.varve.server.iceberg;
