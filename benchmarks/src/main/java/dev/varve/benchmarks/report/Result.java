package dev.varve.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One measurement, as it is kept: a line of JSON.
 *
 * @param name what was measured, such as {@code load.commit} or {@code jmh.CatalogBenchmark.get}
 * @param parameters under which circumstances
 * @param value how much, in {@code unit}
 * @param latencyMicros percentiles such as {@code p99}, where they were measured
 * @param errors how many operations failed, by kind
 * @param command what measures it again
 * @param load the machine's load average of one minute, when the measurement began
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Result(
    String name,
    SortedMap<String, String> parameters,
    String unit,
    double value,
    Map<String, Double> latencyMicros,
    Map<String, Long> errors,
    String command,
    String machine,
    double load,
    String time) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Result {
    latencyMicros = latencyMicros == null ? Map.of() : latencyMicros;
    errors = errors == null ? Map.of() : errors;
  }

  /** A result of this machine, of now. */
  public static Result of(
      String name, SortedMap<String, String> parameters, String unit, double value) {
    return new Result(
        name,
        parameters,
        unit,
        value,
        Map.of(),
        Map.of(),
        "",
        Machine.describe(),
        Machine.load(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  public Result withLatencies(Map<String, Double> micros) {
    return new Result(name, parameters, unit, value, micros, errors, command, machine, load, time);
  }

  public Result withErrors(Map<String, Long> kinds) {
    return new Result(
        name, parameters, unit, value, latencyMicros, kinds, command, machine, load, time);
  }

  /** The same with the command that made it, and the load before that began. */
  public Result by(String madeBy, double loadBefore) {
    return new Result(
        name, parameters, unit, value, latencyMicros, errors, madeBy, machine, loadBefore, time);
  }

  /** The line, without its end. */
  public String line() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds this to a file of results. */
  public void appendTo(Path file) throws IOException {
    Files.writeString(file, line() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The results in a file; of the same name and parameters the last one counts. */
  public static List<Result> read(Path file) throws IOException {
    Map<String, Result> last = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        Result result = JSON.readValue(line, Result.class);
        last.put(result.name() + result.parameters(), result);
      }
    }
    return List.copyOf(last.values());
  }
}
