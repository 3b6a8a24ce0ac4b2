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

  private Reply report(Call call) {
    ReportMetricsRequest request = call.body(ReportMetricsRequest.class);
    TableAt at = targets.table(targets.find(call.prefix()), call.table());
    LoadedTable table = at.load();
    reports.keep(
        at.target().tables().repository().name(),
        table.content().id(),
        new MetricsReports.Report(
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            at.target().revision(),
            Authorship.engine(call),
            ReportMetricsRequestParser.toJson(request)));
    return Reply.noContent();
  }
}
