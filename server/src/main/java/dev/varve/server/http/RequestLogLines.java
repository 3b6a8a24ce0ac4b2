package dev.varve.server.http;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One log line and one measurement per request, those included that never reached a route. */
final class RequestLogLines implements RequestLog {
  /** The request attribute that holds the route's path template. */
  static final String ROUTE = "varve.route";

  private static final Logger log = LoggerFactory.getLogger("dev.varve.access");

  private final Observer observer;

  RequestLogLines(Observer observer) {
    this.observer = observer;
  }

  /** Is told of every request when it has ended. */
  @FunctionalInterface
  interface Observer {
    void ended(String method, String route, int status, double seconds);
  }

  @Override
  public void log(Request request, Response response) {
    long nanos = NanoTime.since(request.getBeginNanoTime());
    String route = Optional.ofNullable((String) request.getAttribute(ROUTE)).orElse("none");
    observer.ended(method(request), route, response.getStatus(), nanos / 1e9);
    Object id = request.getAttribute(RequestId.ATTRIBUTE);
    Object client = request.getAttribute(AccessGuard.CLIENT);
    log.atInfo()
        .addKeyValue("method", request.getMethod())
        .addKeyValue("route", route)
        .addKeyValue("path", request.getHttpURI().getPath())
        .addKeyValue("status", response.getStatus())
        .addKeyValue("durationMs", TimeUnit.NANOSECONDS.toMicros(nanos) / 1000.0)
        .addKeyValue("bytes", Response.getContentBytesWritten(response))
        .addKeyValue("client", client == null ? "anonymous" : client)
        .addKeyValue("requestId", id == null ? "none" : id)
        .log("request");
  }

  /** Only methods that exist become label values: a client must not make series at will. */
  private static String method(Request request) {
    return switch (request.getMethod()) {
      case "GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS" -> request.getMethod();
      default -> "other";
    };
  }
}
