package dev.varve.benchmarks.load;

import dev.varve.benchmarks.report.Result;
import java.util.Locale;

/** A result as a line of a table. */
final class Row {
  static final String HEADER =
      String.format(
          Locale.ROOT,
          "%-29s %7s %7s %8s %9s %9s %9s %9s %9s  %s",
          "target",
          "clients",
          "rate/s",
          "ops/s",
          "p50 ms",
          "p90 ms",
          "p99 ms",
          "p99.9 ms",
          "max ms",
          "errors");

  private Row() {}

  static String of(Result result) {
    return String.format(
        Locale.ROOT,
        "%-29s %7s %7s %,8.0f %9s %9s %9s %9s %9s  %s",
        result.name(),
        result.parameters().get("clients"),
        result.parameters().getOrDefault("rate", "-"),
        result.value(),
        millis(result, "p50"),
        millis(result, "p90"),
        millis(result, "p99"),
        millis(result, "p99.9"),
        millis(result, "max"),
        result.errors().isEmpty() ? "" : result.errors());
  }

  private static String millis(Result result, String percentile) {
    Double micros = result.latencyMicros().get(percentile);
    return micros == null ? "-" : String.format(Locale.ROOT, "%.3f", micros / 1e3);
  }
}
