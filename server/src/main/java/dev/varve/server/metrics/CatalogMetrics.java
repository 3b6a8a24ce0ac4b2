package dev.varve.server.metrics;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.CatalogStatistics;
import dev.varve.catalog.Distribution;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The catalog's own counts, and those of further caches, in Prometheus' terms. */
public final class CatalogMetrics implements MultiCollector {
  private static final double MICROS_PER_SECOND = 1e6;

  private final Supplier<CatalogStatistics> catalog;
  private final Supplier<Map<String, CacheStatistics>> caches;

  /**
   * @param caches those outside the catalog, by name
   */
  public CatalogMetrics(
      Supplier<CatalogStatistics> catalog, Supplier<Map<String, CacheStatistics>> caches) {
    this.catalog = catalog;
    this.caches = caches;
  }

  @Override
  public MetricSnapshots collect() {
    CatalogStatistics now = catalog.get();
    SortedMap<String, CacheStatistics> all = new TreeMap<>(caches.get());
    all.put("tree-nodes", now.nodes());
    all.put("commits", now.commits());
    return new MetricSnapshots(
        writes(now),
        histogram(
            "varve_sync_duration_seconds",
            "How long the store took to make a batch durable.",
            List.of(point(now.syncMicros(), MICROS_PER_SECOND, Labels.EMPTY))),
        histogram(
            "varve_commits_per_sync",
            "How many commits one synced write made durable.",
            List.of(point(now.commitsPerSync(), 1, Labels.EMPTY))),
        gauge("varve_queued_writes", "Writes that wait to be applied.", now.queued()),
        counts("varve_cache_hits", "Lookups that a cache answered.", all, CacheStatistics::hits),
        counts("varve_cache_misses", "Lookups that it did not.", all, CacheStatistics::misses),
        counts(
            "varve_cache_evictions",
            "Entries that made room for others.",
            all,
            CacheStatistics::evictions),
        gauges("varve_cache_entries", "Entries of a cache.", "cache", entries(all)),
        gauges(
            "varve_cache_weight",
            "What a cache holds: bytes, but for commits, which are counted.",
            "cache",
            weights(all)),
        gauges("varve_store_bytes", "What the store says of itself.", "what", now.store()));
  }

  private static HistogramSnapshot writes(CatalogStatistics now) {
    return histogram(
        "varve_write_duration_seconds",
        "How long commits, merges and changes of refs took, by outcome.",
        now.writeMicros().entrySet().stream()
            .map(
                it ->
                    point(
                        it.getValue(),
                        MICROS_PER_SECOND,
                        Labels.of("outcome", it.getKey().name().toLowerCase(Locale.ROOT))))
            .toList());
  }

  private static SortedMap<String, Long> entries(Map<String, CacheStatistics> caches) {
    SortedMap<String, Long> entries = new TreeMap<>();
    caches.forEach((name, cache) -> entries.put(name, cache.entries()));
    return entries;
  }

  private static SortedMap<String, Long> weights(Map<String, CacheStatistics> caches) {
    SortedMap<String, Long> weights = new TreeMap<>();
    caches.forEach((name, cache) -> weights.put(name, cache.weight()));
    return weights;
  }

  private static HistogramSnapshot histogram(
      String name, String help, List<HistogramDataPointSnapshot> points) {
    HistogramSnapshot.Builder histogram = HistogramSnapshot.builder().name(name).help(help);
    points.forEach(histogram::dataPoint);
    return histogram.build();
  }

  /**
   * @param scale how many of what was measured make one of what is reported
   */
  private static HistogramDataPointSnapshot point(
      Distribution distribution, double scale, Labels labels) {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < distribution.counts().size(); i++) {
      double bound =
          i < distribution.upperBounds().size()
              ? distribution.upperBounds().get(i) / scale
              : Double.POSITIVE_INFINITY;
      buckets.bucket(bound, distribution.counts().get(i));
    }
    return HistogramDataPointSnapshot.builder()
        .classicHistogramBuckets(buckets.build())
        .sum(distribution.sum() / scale)
        .labels(labels)
        .build();
  }

  private static CounterSnapshot counts(
      String name,
      String help,
      Map<String, CacheStatistics> caches,
      ToLongFunction<CacheStatistics> value) {
    CounterSnapshot.Builder counts = CounterSnapshot.builder().name(name).help(help);
    caches.forEach(
        (cache, statistics) ->
            counts.dataPoint(
                CounterDataPointSnapshot.builder()
                    .value((double) value.applyAsLong(statistics))
                    .labels(Labels.of("cache", cache))
                    .build()));
    return counts.build();
  }

  private static GaugeSnapshot gauge(String name, String help, long value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value((double) value).build())
        .build();
  }

  private static GaugeSnapshot gauges(
      String name, String help, String label, Map<String, Long> values) {
    GaugeSnapshot.Builder gauges = GaugeSnapshot.builder().name(name).help(help);
    values.forEach(
        (key, value) ->
            gauges.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .value(value)
                    .labels(Labels.of(label, key))
                    .build()));
    return gauges.build();
  }
}
