/**
 * Structured logs: one JSON object per line, to a file of bounded size or to stderr.
 *
 * <p>Start at {@link Logs}, which the process configures once. Logback does the work; what is here
 * are its settings and the form of a line: what a client sent can only appear escaped, never as a
 * line of its own.
 */
package dev.varve.server.log;
