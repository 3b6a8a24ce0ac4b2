package dev.varve.server.metrics;

import dev.varve.catalog.CacheStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the server's caches did and hold, in Prometheus' terms; the label {@code cache} names one.
 */
public final class CacheMetrics implements MultiCollector {
  private final Supplier<Map<String, CacheStatistics>> caches;

  /**
   * @param caches all of them as they are when asked for, by name
   */
  public CacheMetrics(Supplier<Map<String, CacheStatistics>> caches) {
    this.caches = caches;
  }

  @Override
  public MetricSnapshots collect() {
    SortedMap<String, CacheStatistics> all = new TreeMap<>(caches.get());
    return new MetricSnapshots(
        counts("varve_cache_hits", "Lookups that a cache answered.", all, it -> some(it.hits())),
        counts("varve_cache_misses", "Lookups that it did not.", all, it -> some(it.misses())),
        counts(
            "varve_cache_evictions",
            "Entries that made room for others.",
            all,
            it -> maybe(it.evictions())),
        gauges(
            "varve_cache_hit_ratio",
            "The part of all lookups since the start that a cache answered, from 0 to 1.",
            all,
            it -> OptionalDouble.of(it.hitRate())),
        gauges("varve_cache_entries", "Entries of a cache.", all, it -> maybe(it.entries())),
        gauges(
            "varve_cache_bytes",
            "What a cache holds in memory, about.",
            all,
            it -> some(it.weight())),
        gauges(
            "varve_cache_bound_bytes",
            "What it may hold at the most.",
            all,
            it -> some(it.bound())));
  }

  private static OptionalDouble some(long value) {
    return OptionalDouble.of((double) value);
  }

  private static OptionalDouble maybe(OptionalLong value) {
    return value.isPresent() ? some(value.getAsLong()) : OptionalDouble.empty();
  }

  private static CounterSnapshot counts(
      String name,
      String help,
      SortedMap<String, CacheStatistics> caches,
      Function<CacheStatistics, OptionalDouble> value) {
    CounterSnapshot.Builder counts = CounterSnapshot.builder().name(name).help(help);
    caches.forEach(
        (cache, statistics) ->
            value
                .apply(statistics)
                .ifPresent(
                    it ->
                        counts.dataPoint(
                            CounterDataPointSnapshot.builder()
                                .value(it)
                                .labels(Labels.of("cache", cache))
                                .build())));
    return counts.build();
  }

  private static GaugeSnapshot gauges(
      String name,
      String help,
      SortedMap<String, CacheStatistics> caches,
      Function<CacheStatistics, OptionalDouble> value) {
    GaugeSnapshot.Builder gauges = GaugeSnapshot.builder().name(name).help(help);
    caches.forEach(
        (cache, statistics) ->
            value
                .apply(statistics)
                .ifPresent(
                    it ->
                        gauges.dataPoint(
                            GaugeDataPointSnapshot.builder()
                                .value(it)
                                .labels(Labels.of("cache", cache))
                                .build())));
    return gauges.build();
  }
}
