package dev.varve.benchmarks.load;

import dev.varve.benchmarks.report.Result;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What one run of the load saw.
 *
 * @param rate arrivals a second, or {@link #CLOSED} for a closed loop
 */
record Measurement(String target, int clients, double rate, Clients.Seen seen) {
  static final double CLOSED = 0;

  double perSecond() {
    return latencies().getTotalCount() * 1e9 / seen.elapsedNanos();
  }

  Result result() {
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("clients", String.valueOf(clients));
    parameters.put("loop", rate == CLOSED ? "closed" : "open");
    if (rate != CLOSED) {
      parameters.put("rate", String.format(Locale.ROOT, "%.0f", rate));
    }
    Map<String, Double> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", micros(50));
    percentiles.put("p90", micros(90));
    percentiles.put("p99", micros(99));
    percentiles.put("p99.9", micros(99.9));
    percentiles.put("max", micros(100));
    return Result.of("load." + target, parameters, "ops/s", perSecond())
        .withLatencies(percentiles)
        .withErrors(seen.tally().errors());
  }

  private Histogram latencies() {
    return seen.tally().latencies();
  }

  private double micros(double percentile) {
    return latencies().getValueAtPercentile(percentile);
  }
}
