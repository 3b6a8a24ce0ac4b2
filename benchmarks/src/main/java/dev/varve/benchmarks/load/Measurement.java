package dev.varve.benchmarks.load;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What one run of the load saw.
 *
 * @param latencies of the operations that succeeded, in microseconds
 * @param failures operations that failed
 * @param elapsedNanos the longest time that a client was at work
 */
record Measurement(
    String target, int clients, Histogram latencies, long failures, long elapsedNanos) {

  static Measurement none(String target, int clients) {
    return new Measurement(target, clients, new Histogram(3), 0, 0);
  }

  Measurement plus(Measurement other) {
    Histogram sum = latencies.copy();
    sum.add(other.latencies);
    return new Measurement(
        target,
        clients,
        sum,
        failures + other.failures,
        Math.max(elapsedNanos, other.elapsedNanos));
  }

  double perSecond() {
    return elapsedNanos == 0 ? 0 : latencies.getTotalCount() * 1e9 / elapsedNanos;
  }

  static String header() {
    return String.format(
        Locale.ROOT,
        "%-10s %8s %12s %10s %10s %10s %10s %9s",
        "target",
        "clients",
        "ops/s",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "max ms",
        "failures");
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "%-10s %8d %,12.0f %10.3f %10.3f %10.3f %10.3f %9d",
        target,
        clients,
        perSecond(),
        millis(50),
        millis(99),
        millis(99.9),
        millis(100),
        failures);
  }

  private double millis(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1_000.0;
  }
}
