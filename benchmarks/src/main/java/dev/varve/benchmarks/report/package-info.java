/**
 * What the benchmarks measured: one line of JSON a measurement, and pictures made of them.
 *
 * <p>Start at {@link dev.varve.benchmarks.report.Result}.
 */
package dev.varve.benchmarks.report;
