package dev.varve.server.metrics;

import dev.varve.catalog.CatalogStatistics;
import dev.varve.catalog.Distribution;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The catalog's own counts, in Prometheus' terms. */
public final class CatalogMetrics implements MultiCollector {
  private static final double MICROS_PER_SECOND = 1e6;

  private final Supplier<CatalogStatistics> catalog;

  /**
   * @param catalog what it did, as it is when asked for
   */
  public CatalogMetrics(Supplier<CatalogStatistics> catalog) {
    this.catalog = catalog;
  }

  @Override
  public MetricSnapshots collect() {
    CatalogStatistics now = catalog.get();
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
