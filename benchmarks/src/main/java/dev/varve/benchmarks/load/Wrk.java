package dev.varve.benchmarks.load;

import dev.varve.benchmarks.report.Result;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The load driver of others, in C: what it reaches is the limit of the server beside a driver that
 * costs almost nothing. Debian has it as the package wrk.
 *
 * <p>It sends prepared requests in turn, whichever connection is free, so that clients with a table
 * each are clients of which two now and then meet at a table.
 */
final class Wrk {
  private static final Pattern LATENCY = Pattern.compile("(50|90|99)%\\s+([0-9.]+)(us|ms|s)\\b");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  private final URI server;
  private final Path directory;

  /**
   * @param directory for the script and the requests
   */
  Wrk(URI server, Path directory) {
    this.server = server;
    this.directory = directory;
  }

  /** Lets each of so many connections ask as fast as it is answered. */
  Result run(
      String name,
      HttpTarget.Operation operation,
      int connections,
      Duration warmup,
      Duration duration)
      throws IOException, InterruptedException {
    Path script = directory.resolve("replay.lua");
    try (InputStream in = Wrk.class.getResourceAsStream("replay.lua")) {
      Files.copy(in, script);
    }
    Path requests = directory.resolve("requests");
    if (!warmup.isZero()) {
      write(requests, operation, connections, 0);
      run(script, requests, connections, warmup);
    }
    write(requests, operation, connections, operation.sequences());
    String printed = run(script, requests, connections, duration);
    Map<String, Double> latencies = new LinkedHashMap<>();
    LATENCY.matcher(printed).results().forEach(it -> latencies.put("p" + it.group(1), micros(it)));
    Map<String, Long> refused = new TreeMap<>();
    REFUSED
        .matcher(printed)
        .results()
        .forEach(it -> refused.put("refused", Long.valueOf(it.group(1))));
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("clients", String.valueOf(connections));
    parameters.put("loop", "closed");
    return Result.of("load." + name, parameters, "ops/s", rate(printed))
        .withLatencies(latencies)
        .withErrors(refused);
  }

  /** All first requests before the second ones: what follows one another goes to several tables. */
  private static void write(Path file, HttpTarget.Operation operation, int clients, int first)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int sequence = first; sequence < first + operation.sequences(); sequence++) {
        for (int client = 0; client < clients; client++) {
          byte[] request = operation.request(client, sequence);
          out.write((request.length + "\n").getBytes(StandardCharsets.US_ASCII));
          out.write(request);
        }
      }
    }
  }

  private String run(Path script, Path requests, int connections, Duration duration)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    "wrk",
                    "--latency",
                    "-t1",
                    "-c" + connections,
                    "-d" + duration.toSeconds() + "s",
                    "-s",
                    script.toString(),
                    server.toString(),
                    "--",
                    requests.toString()))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("wrk failed: " + printed);
    }
    return printed;
  }

  private static double rate(String printed) throws IOException {
    return RATE.matcher(printed)
        .results()
        .mapToDouble(it -> Double.parseDouble(it.group(1)))
        .findFirst()
        .orElseThrow(() -> new IOException("wrk printed no rate: " + printed));
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
