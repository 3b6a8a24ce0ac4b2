package dev.varve.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.server.http.Doc;
import dev.varve.server.http.MediaTypes;
import dev.varve.server.http.Reply;
import dev.varve.server.http.Request;
import dev.varve.server.http.Route;
import dev.varve.server.http.Route.Method;
import dev.varve.server.metrics.Metrics;
import dev.varve.server.openapi.DocsPage;
import dev.varve.server.openapi.OpenApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Health, measurements and the API document. */
final class Operations {
  private static final String GROUP = "server";

  private final String version;
  private final Metrics metrics;

  Operations(String version, Metrics metrics) {
    this.version = version;
    this.metrics = metrics;
  }

  /** That the server answers. */
  @Doc("The server answers.")
  record Health(@Doc("Always 'ok'.") String status, @Doc("The server's version.") String version) {}

  /** These routes and {@code others}; the document describes them all. */
  List<Route> around(List<Route> others) {
    List<Route> all = new ArrayList<>();
    Document document = new Document();
    DocsPage page = new DocsPage();
    all.add(
        Route.of(Method.GET, "/", "root")
            .group(GROUP)
            .summary("Leads to the page that shows this API.")
            .cost(Route.Cost.FREE)
            .answers(302, List.of(MediaTypes.HTML), "The page is at /docs.")
            .handledBy(
                request -> new Reply.Text(302, MediaTypes.HTML, "", Map.of("Location", "/docs"))));
    all.add(
        Route.of(Method.GET, "/healthz", "health")
            .group(GROUP)
            .summary("Says that the server answers.")
            .cost(Route.Cost.FREE)
            .answers(200, Health.class, "It does.")
            .handledBy(request -> Reply.ok(new Health("ok", version))));
    all.add(
        Route.of(Method.GET, "/metrics", "metrics")
            .group(GROUP)
            .summary("Measurements in Prometheus' text format.")
            .cost(Route.Cost.FREE)
            .answers(200, List.of(MediaTypes.TEXT), "The measurements.")
            .handledBy(this::metrics));
    all.add(
        Route.of(Method.GET, "/openapi.json", "openapi")
            .group(GROUP)
            .summary("This document, in OpenAPI 3.1.")
            .cost(Route.Cost.FREE)
            .answers(200, List.of(MediaTypes.JSON), "The document.")
            .handledBy(document::answer));
    all.add(
        Route.of(Method.GET, "/docs", "docs")
            .group(GROUP)
            .summary("The page that shows this API.")
            .cost(Route.Cost.FREE)
            .answers(200, List.of(MediaTypes.HTML), "The page.")
            .handledBy(
                request ->
                    new Reply.Text(
                        200,
                        MediaTypes.HTML + "; charset=utf-8",
                        page.html(),
                        Map.of("Content-Security-Policy", page.contentSecurityPolicy()))));
    all.addAll(others);
    document.text = openApi(all).toString();
    return List.copyOf(all);
  }

  private ObjectNode openApi(List<Route> routes) {
    return OpenApi.of(routes, version);
  }

  private Reply metrics(Request request) throws IOException {
    return new Reply.Text(200, Metrics.CONTENT_TYPE, metrics.text(), Map.of());
  }

  /** The document's bytes, which exist once every route is declared. */
  private static final class Document {
    private String text = "";

    private Reply answer(Request request) {
      return new Reply.Text(200, MediaTypes.JSON, text, Map.of());
    }
  }
}
