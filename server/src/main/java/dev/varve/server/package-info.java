/** The HTTP server: the native API and the Iceberg REST catalog. */
package dev.varve.server;
