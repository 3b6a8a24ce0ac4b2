package dev.varve.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.tree.ContentId;
import dev.varve.server.metrics.MetricsReports.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsReportsTest {
  private static final ContentId ORDERS = ContentId.random();

  @TempDir Path directory;
  private MetricsReports reports;

  @BeforeEach
  void open() {
    reports = MetricsReports.open(directory);
  }

  @AfterEach
  void close() {
    reports.close();
  }

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

  @Test
  void theyAreThereAgainAfterARestart() {
    keep(ORDERS, "{\"a\":\"ä\\n\"}");
    keep(ORDERS, "second");
    List<Report> before = reports.of(RepositoryName.LAKE, ORDERS);

    reports.close();
    open();

    assertThat(reports.of(RepositoryName.LAKE, ORDERS)).isEqualTo(before).hasSize(2);
  }

  @Test
  void aLineThatACrashCutOffIsLeftOut() throws IOException {
    keep(ORDERS, "first");
    reports.close();
    Path file = directory.resolve("reports.jsonl");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, whole);
      Files.write(file, Arrays.copyOf(whole, length), StandardOpenOption.APPEND);
      open();
      keep(ORDERS, "next");
      reports.close();
      open();
      assertThat(reports.of(RepositoryName.LAKE, ORDERS))
          .extracting(Report::json)
          .startsWith("next")
          .endsWith("first");
      reports.close();
    }
    open();
  }

  @Test
  void linesOfAnotherVersionAndOddLinesAreLeftOut() throws IOException {
    keep(ORDERS, "first");
    reports.close();
    String line = Files.readString(directory.resolve("reports.jsonl"));
    Files.writeString(
        directory.resolve("reports.jsonl"),
        String.join(
            "\n",
            line.replace("\"v\":1", "\"v\":2"),
            "[]",
            "null",
            line.replace("lake", "No Name"),
            line.replace("1970", "x"),
            line),
        StandardCharsets.UTF_8);
    open();
    assertThat(reports.of(RepositoryName.LAKE, ORDERS)).hasSize(1);
  }

  @Test
  void aLineIsOfVersionOne() throws IOException {
    ContentId table = new ContentId(new UUID(1, 2));
    keep(table, "{}");
    assertThat(Files.readString(directory.resolve("reports.jsonl")))
        .isEqualTo(
            "{\"v\":1,\"repository\":\"lake\","
                + "\"table\":\"00000000-0000-0001-0000-000000000002\","
                + "\"time\":\"1970-01-01T00:00:00Z\",\"revision\":\"main\",\"engine\":\"spark\","
                + "\"report\":\"{}\"}\n");
  }

  @Test
  void twoFilesAreKeptAndNoMore() {
    List<String> read = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      try (ReportLog log = ReportLog.open(directory.resolve("small"), 1000, (r, t, report) -> {})) {
        log.append(RepositoryName.LAKE, ORDERS, new Report(Instant.EPOCH, "main", "s", "r" + i));
      }
    }
    ReportLog.open(directory.resolve("small"), 1000, (r, t, report) -> read.add(report.json()))
        .close();
    assertThat(read).hasSizeBetween(4, 12).endsWith("r98", "r99");
    assertThat(directory.resolve("small")).isDirectoryContaining("glob:**reports.jsonl");
    assertThat(directory.resolve("small/reports.1.jsonl").toFile().length()).isLessThan(1001);
  }

  private void keep(ContentId table, String json) {
    reports.keep(RepositoryName.LAKE, table, new Report(Instant.EPOCH, "main", "spark", json));
  }
}
