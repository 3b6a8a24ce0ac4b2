package dev.varve.benchmarks.load;

import dev.varve.benchmarks.report.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The load driver of others, in C, as a second opinion: what it reaches with a ping is the limit of
 * the HTTP server beside a driver that costs almost nothing. Debian has it as the package wrk.
 */
final class Wrk {
  private static final Pattern LATENCY = Pattern.compile("(50|90|99)%\\s+([0-9.]+)(us|ms|s)\\b");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");

  private Wrk() {}

  /** Pings a server with so many connections. */
  static Result ping(URI server, int connections, Duration duration)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    "wrk",
                    "--latency",
                    "-t1",
                    "-c" + connections,
                    "-d" + duration.toSeconds() + "s",
                    server + "/healthz"))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("wrk failed: " + printed);
    }
    double rate =
        RATE.matcher(printed)
            .results()
            .mapToDouble(it -> Double.parseDouble(it.group(1)))
            .findFirst()
            .orElseThrow(() -> new IOException("wrk printed no rate: " + printed));
    Map<String, Double> latencies = new LinkedHashMap<>();
    LATENCY.matcher(printed).results().forEach(it -> latencies.put("p" + it.group(1), micros(it)));
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("clients", String.valueOf(connections));
    parameters.put("loop", "closed");
    return Result.of("load.wrk-ping", parameters, "ops/s", rate).withLatencies(latencies);
  }

  private static double micros(MatchResult latency) {
    double unit =
        switch (latency.group(3)) {
          case "us" -> 1;
          case "ms" -> 1e3;
          default -> 1e6;
        };
    return Double.parseDouble(latency.group(2)) * unit;
  }
}
