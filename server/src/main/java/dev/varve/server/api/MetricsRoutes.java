package dev.varve.server.api;

import static dev.varve.server.api.Parameters.REF;
import static dev.varve.server.api.Parameters.REPO;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.Lake;
import dev.varve.server.http.Doc;
import dev.varve.server.http.Json;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.lake.Lakes;
import dev.varve.server.metrics.MetricsReports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What engines reported of their scans of a table and commits to it. */
final class MetricsRoutes {
  private final Lakes lakes;
  private final MetricsReports reports;

  MetricsRoutes(Lakes lakes, MetricsReports reports) {
    this.lakes = lakes;
    this.reports = reports;
  }

  /** The reports on a table. */
  @Doc("The newest reports of engines on a table, the newest first; none from before a restart.")
  record TableReports(List<ReportView> items) {}

  /** A report. */
  @Doc("What an engine said of one scan or commit.")
  record ReportView(
      Instant time,
      @Doc("The engine, as the author of its commits would be.") String engine,
      @Doc("The branch or revision that its catalog shows.") String ref,
      @Doc("'scan-report' or 'commit-report'.") String kind,
      Optional<Long> snapshotId,
      @Doc("Data files that the scan reads, or that the commit added.") Optional<Long> files,
      @Doc("Their size.") Optional<Long> bytes,
      @Doc("How long the scan's planning or the commit took.") Optional<Long> millis,
      @Doc("The whole report, in Iceberg's form.") JsonNode report) {

    static ReportView of(MetricsReports.Report report) {
      JsonNode json = tree(report.json());
      boolean scan = json.path("report-type").asText().equals("scan-report");
      JsonNode metrics = json.path("metrics");
      return new ReportView(
          report.time(),
          report.engine(),
          report.revision(),
          json.path("report-type").asText(),
          number(json.path("snapshot-id")),
          number(metrics.path(scan ? "result-data-files" : "added-data-files").path("value")),
          number(
              metrics
                  .path(scan ? "total-file-size-in-bytes" : "added-files-size-bytes")
                  .path("value")),
          nanos(metrics.path(scan ? "total-planning-duration" : "total-duration")),
          json);
    }

    private static Optional<Long> number(JsonNode node) {
      return node.isNumber() ? Optional.of(node.longValue()) : Optional.empty();
    }

    /** Iceberg measures in nanoseconds. */
    private static Optional<Long> nanos(JsonNode timer) {
      return number(timer.path("total-duration")).map(nanos -> nanos / 1_000_000);
    }

    private static JsonNode tree(String json) {
      try {
        return Json.tree().readTree(json);
      } catch (IOException e) {
        throw new UncheckedIOException("a report is kept that is no JSON", e);
      }
    }
  }

  List<Route> routes() {
    return List.of(
        Route.of(Method.GET, TableRoutes.TABLE_PATH + "/metrics", "listTableMetrics")
            .group(TableRoutes.GROUP)
            .summary("Lists what Iceberg engines reported of their scans and commits.")
            .takes(REPO, TableRoutes.TABLE, REF)
            .answers(200, TableReports.class, "The newest reports, on any branch.")
            .handledBy(this::list));
  }

  private Reply list(Request request) {
    Lake lake = lakes.lake(request.get(REPO));
    ContentId table =
        NamedTable.load(lake, request.get(REF), request.get(TableRoutes.TABLE)).content().id();
    return Reply.ok(
        new TableReports(
            reports.of(lake.repository().name(), table).stream().map(ReportView::of).toList()));
  }
}
