package dev.varve.server.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The measurements of one server. Safe for use by many threads. */
public final class Metrics {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram requests =
      Histogram.builder()
          .name("varve_http_request_duration_seconds")
          .help("How long requests took, by route, method and status.")
          .labelNames("route", "method", "status")
          .classicOnly()
          .classicUpperBounds(
              .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60, 300)
          .register(registry);

  /** Measurements of the Java machine are registered at once. */
  public Metrics() {
    JvmMetrics.builder().register(registry);
  }

  /** Records one request that has ended. */
  public void request(String method, String route, int status, double seconds) {
    requests.labelValues(route, method, Integer.toString(status)).observe(seconds);
  }

  /** Adds measurements that are read when asked for. */
  public void register(MultiCollector collector) {
    registry.register(collector);
  }

  /** All of it in Prometheus' text format. */
  public String text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The media type of {@link #text}. */
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
}
