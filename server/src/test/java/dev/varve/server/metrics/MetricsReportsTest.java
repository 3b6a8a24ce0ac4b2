package dev.varve.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.tree.ContentId;
import dev.varve.server.metrics.MetricsReports.Report;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsReportsTest {
  private static final ContentId ORDERS = ContentId.random();

  private final MetricsReports reports = new MetricsReports();

  @Test
  void theNewestOfATableAreKept() {
    IntStream.range(0, MetricsReports.PER_TABLE + 5).forEach(i -> keep(ORDERS, "r" + i));
    keep(ContentId.random(), "other");

    assertThat(reports.of(RepositoryName.LAKE, ORDERS))
        .hasSize(MetricsReports.PER_TABLE)
        .extracting(Report::json)
        .startsWith("r54", "r53")
        .endsWith("r5");
    assertThat(reports.of(new RepositoryName("pond"), ORDERS)).isEmpty();
  }

  @Test
  void anOverlongOneIsNotKept() {
    keep(ORDERS, "x".repeat(MetricsReports.MOST_BYTES + 1));

    assertThat(reports.of(RepositoryName.LAKE, ORDERS)).isEmpty();
  }

  private void keep(ContentId table, String json) {
    reports.keep(RepositoryName.LAKE, table, new Report(Instant.EPOCH, "main", "spark", json));
  }
}
