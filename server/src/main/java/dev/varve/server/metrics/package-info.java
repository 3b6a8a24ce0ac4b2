/**
 * What the server measures of itself, in Prometheus' text format.
 *
 * <p>Start at {@link dev.varve.server.metrics.Metrics}.
 */
package dev.varve.server.metrics;
