package dev.varve.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Results as tables in Markdown. */
final class Tables {
  private final List<Result> results;

  Tables(List<Result> results) {
    this.results = results;
  }

  /**
   * All tables by name: {@code machine}, {@code goals}, {@code load}, {@code cost}, {@code write},
   * {@code memory}, {@code row-merge}.
   */
  Map<String, List<String>> all() {
    SortedMap<String, List<String>> all = new TreeMap<>();
    all.put("machine", machine());
    all.put("goals", new Goals(results).table());
    all.put("load", load());
    all.put("cost", cost());
    all.put("write", write());
    all.put("memory", memory());
    all.put("row-merge", new MergeTable(named("row-merge.")).lines());
    return all;
  }

  private List<String> machine() {
    double most = results.stream().mapToDouble(Result::load).max().orElse(0);
    String from = results.stream().map(Result::time).min(Comparator.naturalOrder()).orElse("");
    String to = results.stream().map(Result::time).max(Comparator.naturalOrder()).orElse("");
    return results.stream()
        .map(Result::machine)
        .distinct()
        .map(
            machine ->
                String.format(
                    Locale.ROOT, "%s; %s to %s; load average up to %.1f.", machine, from, to, most))
        .toList();
  }

  private List<String> load() {
    List<String> lines = new ArrayList<>();
    lines.add("| target | clients | arrivals/s | ops/s | p50 ms | p99 ms | load | errors |");
    lines.add("| --- | --: | --: | --: | --: | --: | --: | --- |");
    for (Result result : named("load.")) {
      lines.add(
          row(
              name(result),
              result.parameters().get("clients"),
              result.parameters().getOrDefault("rate", ""),
              number(result.value()),
              millis(result, "p50"),
              millis(result, "p99"),
              number(result.load()),
              errors(result)));
    }
    return lines;
  }

  /** A row for each operation, a column for each lake. */
  private List<String> cost() {
    List<Result> costs = named("cost.");
    Set<String> lakes = new LinkedHashSet<>();
    Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    for (Result result : costs) {
      String lake = lake(result.parameters());
      lakes.add(lake);
      String what = name(result) + (result.unit().equals("us") ? "" : ", " + result.unit());
      rows.computeIfAbsent(what, any -> new LinkedHashMap<>()).put(lake, result.value());
    }
    List<String> lines = new ArrayList<>();
    lines.add("| p50, us | " + String.join(" | ", lakes) + " |");
    lines.add("| --- |" + " --: |".repeat(lakes.size()));
    rows.forEach(
        (what, values) ->
            lines.add(
                row(
                    what,
                    lakes.stream()
                        .map(values::get)
                        .map(value -> value == null ? "" : number(value))
                        .collect(Collectors.joining(" | ")))));
    return lines;
  }

  private static String lake(Map<String, String> parameters) {
    List<String> parts = new ArrayList<>();
    for (String what : List.of("keys", "commits", "refs")) {
      long count = Long.parseLong(parameters.get(what));
      if (count > 0) {
        parts.add(rounded(count) + " " + what);
      }
    }
    return String.join(", ", parts);
  }

  private static String rounded(long count) {
    return count % 1_000_000 == 0 ? count / 1_000_000 + "M" : count / 1_000 + "k";
  }

  private List<String> write() {
    List<String> lines = new ArrayList<>();
    lines.add("| a commit of one of so many keys | | |");
    lines.add("| --- | --: | --- |");
    for (Result result : named("write.")) {
      lines.add(
          row(
              name(result) + " (" + rounded(Long.parseLong(result.parameters().get("keys"))) + ")",
              number(result.value()),
              result.unit()));
    }
    return lines;
  }

  private List<String> memory() {
    List<String> lines = new ArrayList<>();
    lines.add("| of a server | | | keys | branches |");
    lines.add("| --- | --: | --- | --: | --: |");
    for (Result result : named("memory.")) {
      lines.add(
          row(
              name(result),
              number(result.value()),
              result.unit(),
              rounded(Long.parseLong(result.parameters().get("keys"))),
              rounded(Long.parseLong(result.parameters().get("refs")))));
    }
    return lines;
  }

  private List<Result> named(String prefix) {
    return results.stream().filter(it -> it.name().startsWith(prefix)).toList();
  }

  private static String name(Result result) {
    return result.name().substring(result.name().indexOf('.') + 1);
  }

  private static String errors(Result result) {
    return result.errors().entrySet().stream()
        .map(it -> number(it.getValue()) + " × " + it.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String millis(Result result, String percentile) {
    return Optional.ofNullable(result.latencyMicros().get(percentile))
        .map(micros -> String.format(Locale.ROOT, "%.1f", micros / 1e3))
        .orElse("");
  }

  /** Three digits that count, at the least. */
  static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%,.1f" : "%,.0f", value);
  }

  static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
