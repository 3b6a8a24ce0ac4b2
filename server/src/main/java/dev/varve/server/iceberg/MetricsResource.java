package dev.varve.server.iceberg;

import dev.varve.engine.table.LoadedTable;
import dev.varve.server.metrics.MetricsReports;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.requests.ReportMetricsRequestParser;

/** Takes the reports that clients send after a scan or a commit. */
final class MetricsResource {

  private final Targets targets;
  private final MetricsReports reports;
  private final InstantSource clock;

  /**
   * @param reports where they are kept
   * @param clock when they came in
   */
  MetricsResource(Targets targets, MetricsReports reports, InstantSource clock) {
    this.targets = targets;
    this.reports = reports;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(Route.reading(Endpoint.V1_REPORT_METRICS, this::report));
  }

  /**
   * Keeps a report on a table that is there. One that comes too early is let go without an error:
   * engines report on the first append to a table before they commit its creation.
   */
  private Reply report(Call call) {
    ReportMetricsRequest request = call.body(ReportMetricsRequest.class);
    TableAt at = targets.table(targets.find(call.prefix()), call.table());
    at.find().ifPresent(table -> keep(call, at, table, request));
    return Reply.noContent();
  }

  private void keep(Call call, TableAt at, LoadedTable table, ReportMetricsRequest request) {
    reports.keep(
        at.target().tables().repository().name(),
        table.content().id(),
        new MetricsReports.Report(
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            at.target().revision(),
            Authorship.engine(call),
            ReportMetricsRequestParser.toJson(request)));
  }
}
