/**
 * How the server speaks HTTP: routes declared once, requests read strictly, answers and errors of
 * one form.
 *
 * <p>Start at {@link Route}, the declaration that both the HTTP server and the OpenAPI document are
 * made from, and {@link Request}, what a route's handler sees. Knows nothing of lakes.
 */
package dev.varve.server.http;
