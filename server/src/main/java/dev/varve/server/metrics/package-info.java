/**
 * What the server measures of itself, in Prometheus' text format, and what engines report to it.
 *
 * <p>Start at {@link dev.varve.server.metrics.Metrics}; the reports are {@link
 * dev.varve.server.metrics.MetricsReports}.
 */
package dev.varve.server.metrics;
