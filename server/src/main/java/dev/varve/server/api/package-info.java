/**
 * The native API, one small class per resource.
 *
 * <p>Start at {@link dev.varve.server.api.Routes}, which lists them all. A resource declares its
 * routes and turns requests into calls of the engine; what it answers are the records named {@code
 * …View}. Knows nothing of Iceberg REST.
 */
package dev.varve.server.api;
