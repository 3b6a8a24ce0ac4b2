/**
 * The API document: OpenAPI 3.1, made from the declared routes, and a page to read it.
 *
 * <p>Start at {@link dev.varve.server.openapi.OpenApi}.
 */
package dev.varve.server.openapi;
