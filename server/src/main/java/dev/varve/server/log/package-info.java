/**
 * Structured logs: one JSON object per line, to a file of bounded size or to stderr.
 *
 * <p>Start at {@link Logs}, which the process configures once. The rest is an SLF4J backend: what a
 * client sent can only appear as an escaped JSON string, never as a line of its own.
 */
package dev.varve.server.log;
