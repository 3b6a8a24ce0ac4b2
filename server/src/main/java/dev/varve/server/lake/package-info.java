/**
 * The lakes of one server: the catalog, and what is opened over each of its repositories.
 *
 * <p>Start at {@link dev.varve.server.lake.Lakes}.
 */
package dev.varve.server.lake;
