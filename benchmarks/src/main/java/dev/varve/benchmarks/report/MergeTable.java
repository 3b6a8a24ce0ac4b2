package dev.varve.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Merges of rows as a table: a line for each change, and what was measured beside it. */
final class MergeTable {
  /** By the change, then by what was measured. */
  private final Map<Map<String, String>, Map<String, Double>> changes = new LinkedHashMap<>();

  MergeTable(List<Result> results) {
    for (Result result : results) {
      changes
          .computeIfAbsent(result.parameters(), any -> new LinkedHashMap<>())
          .put(result.name().substring(result.name().indexOf('.') + 1), result.value());
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| changed | where | merge, s | join by hand, s | of it (aim ≤ 2) | Spark, s | times as long"
            + " (aim ≥ 5) | Spark finding the change, s | times as long |");
    lines.add("| --: | --- | --: | --: | --: | --: | --: | --: | --: |");
    changes.forEach(
        (change, seconds) ->
            lines.add(
                Tables.row(
                    change.get("percent") + " %",
                    change.get("changed"),
                    number(seconds.get("varve")),
                    number(seconds.get("join-by-hand")),
                    ratio(seconds.get("varve"), seconds.get("join-by-hand")),
                    number(seconds.get("spark")),
                    ratio(seconds.get("spark"), seconds.get("varve")),
                    number(seconds.get("spark-finding")),
                    ratio(seconds.get("spark-finding"), seconds.get("varve")))));
    return lines;
  }

  private static String number(Double seconds) {
    return seconds == null ? "" : String.format(Locale.ROOT, "%.2f", seconds);
  }

  private static String ratio(Double part, Double whole) {
    return part == null || whole == null ? "" : number(part / whole);
  }
}
