package dev.varve.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What is aimed at, beside what was reached: each as a ratio to a limit that the same run measured,
 * or as a bound.
 */
final class Goals {
  private final List<Result> results;
  private final List<String> lines = new ArrayList<>();

  Goals(List<Result> results) {
    this.results = results;
  }

  List<String> table() {
    lines.clear();
    lines.add("| | reached | beside | ratio | aim |");
    lines.add("| --- | --: | --: | --: | --: |");
    ratio("durable commits in process, 64 clients", "catalog", "rocksdb", 50);
    ratio("durable commits over HTTP, 64 clients", "commit", "ping", 10);
    ratio("the same by wrk, on one branch", "wrk-toggle", "wrk-ping", 10);
    ratio("durable Iceberg commits by wrk, 64 clients", "wrk-iceberg-commit", "wrk-ping", 10);
    ratio("table loads, 64 clients", "table-load", "ping", 40);
    ratio("Iceberg table loads, 64 clients", "iceberg-load", "ping", 40);
    ratio("the same by wrk", "wrk-iceberg-load", "wrk-ping", 40);
    bound("p99 of commits over HTTP, ms", load("commit").flatMap(Goals::p99), 50);
    bound("p99 of the same by wrk, ms", load("wrk-toggle").flatMap(Goals::p99), 50);
    bound("p99 of Iceberg commits by wrk, ms", load("wrk-iceberg-commit").flatMap(Goals::p99), 50);
    for (String operation : List.of("get", "diff", "plan", "merge", "branch")) {
      bound(operation + " at 1M keys, p50 us", cost(operation), 1_000);
    }
    bound(
        "left on disk by a commit at 100k keys, bytes",
        find(it -> it.name().equals("write.left on disk")).map(Result::value),
        10_000);
    bound(
        "heap of a server of 1M keys and 100k branches, MiB",
        find(it -> it.name().equals("memory.heap") && isLargest(it)).map(Result::value),
        1_024);
    bound(
        "heap of the catalog alone at 1M keys, 1M commits and 100k refs, MiB",
        find(it -> it.name().equals("cost.heap") && isLargest(it)).map(Result::value),
        1_024);
    return List.copyOf(lines);
  }

  private void ratio(String what, String reached, String limit, int percent) {
    Optional<Result> ours = load(reached);
    Optional<Result> most = load(limit);
    if (ours.isPresent() && most.isPresent()) {
      lines.add(
          Tables.row(
              what,
              Tables.number(ours.get().value()) + "/s",
              "%s %s/s".formatted(limit, Tables.number(most.get().value())),
              String.format(Locale.ROOT, "%.0f %%", 100 * ours.get().value() / most.get().value()),
              "≥ " + percent + " %"));
    }
  }

  private void bound(String what, Optional<Double> reached, double most) {
    reached.ifPresent(
        value -> lines.add(Tables.row(what, Tables.number(value), "", "", "< " + bound(most))));
  }

  private static String bound(double most) {
    return String.format(Locale.ROOT, "%,.0f", most);
  }

  private Optional<Result> load(String target) {
    return find(
        it ->
            it.name().equals("load." + target)
                && it.parameters().get("loop").equals("closed")
                && it.parameters().get("clients").equals("64"));
  }

  private Optional<Double> cost(String operation) {
    return find(it ->
            it.name().equals("cost." + operation)
                && it.parameters().get("keys").equals("1000000")
                && it.parameters().get("commits").equals("0"))
        .map(Result::value);
  }

  private static boolean isLargest(Result result) {
    return result.parameters().get("keys").equals("1000000")
        && result.parameters().get("refs").equals("100000");
  }

  private static Optional<Double> p99(Result result) {
    return Optional.ofNullable(result.latencyMicros().get("p99")).map(micros -> micros / 1e3);
  }

  private Optional<Result> find(Predicate<Result> which) {
    return results.stream().filter(which).reduce((first, last) -> last);
  }
}
