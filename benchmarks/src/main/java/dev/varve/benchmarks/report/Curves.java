package dev.varve.benchmarks.report;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Points to draw as lines.
 *
 * @param file the picture's name, without its extension
 * @param series values by x, by the name of a line; in the order of the legend
 */
record Curves(
    String file,
    String title,
    String xTitle,
    String yTitle,
    Map<String, SortedMap<Double, Double>> series) {

  /** Adds a point to a line. */
  void add(String line, double x, double y) {
    series.computeIfAbsent(line, any -> new TreeMap<>()).put(x, y);
  }

  /** Whether there is a line, of at least two points. */
  boolean isDrawable() {
    return series.values().stream().anyMatch(points -> points.size() > 1);
  }

  DoubleStream xs() {
    return series.values().stream()
        .flatMapToDouble(it -> it.keySet().stream().mapToDouble(Double::doubleValue));
  }

  DoubleStream ys() {
    return series.values().stream()
        .flatMapToDouble(it -> it.values().stream().mapToDouble(Double::doubleValue));
  }
}
