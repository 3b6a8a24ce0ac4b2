package dev.varve.server.iceberg;

import java.util.List;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the reports that clients send after a scan or a commit, and logs them. */
final class MetricsResource {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsResource.class);

  List<Route> routes() {
    return List.of(Route.reading(Endpoint.V1_REPORT_METRICS, this::report));
  }

  private Reply report(Call call) {
    ReportMetricsRequest request = call.body(ReportMetricsRequest.class);
    LOG.debug("{} of {}: {}", request.reportType(), call.table(), request.report());
    return Reply.noContent();
  }
}
