package dev.varve.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.TestServer;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Parameter;
import dev.varve.server.http.Route;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
  @TempDir private static Path directory;

  private static TestServer server;
  private static JsonNode document;

  @BeforeAll
  static void start() {
    server = TestServer.start(directory.resolve("data"));
    document = server.caller().get("/openapi.json").json();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<String> documented() {
    List<String> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> operations.add(method + " " + path.getKey())));
    return operations;
  }

  @Test
  void everyRouteIsDocumentedAndNothingElse() {
    List<String> served =
        server.server().routes().stream()
            .map(route -> route.method().name().toLowerCase(Locale.ROOT) + " " + route.template())
            .toList();
    assertThat(documented()).containsExactlyInAnyOrderElementsOf(served).doesNotHaveDuplicates();
  }

  @Test
  void everyRouteSaysWhatItDoes() {
    assertThat(server.server().routes())
        .allSatisfy(
            route -> {
              assertThat(route.summary()).as(route.id()).endsWith(".");
              assertThat(route.answers()).as(route.id()).isNotEmpty();
            });
    assertThat(server.server().routes()).extracting(Route::id).doesNotHaveDuplicates();
  }

  @Test
  void everyPartOfAPathIsAParameter() {
    Pattern part = Pattern.compile("\\{(\\w+)}");
    assertThat(server.server().routes())
        .allSatisfy(
            route -> {
              TreeSet<String> parts = new TreeSet<>();
              Matcher matcher = part.matcher(route.template());
              while (matcher.find()) {
                parts.add(matcher.group(1));
              }
              assertThat(route.parameters())
                  .as(route.id())
                  .filteredOn(parameter -> parameter.in() == Parameter.In.PATH)
                  .extracting(Parameter::name)
                  .containsExactlyInAnyOrderElementsOf(parts);
            });
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<JsonNode> references = document.findValues("$ref");
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse());
  }

  @Test
  void theDocumentIsOfItsVersionAndDescribesErrors() {
    assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(document.at("/components/schemas/ErrorBodyDetail/properties/code/type").asText())
        .isEqualTo("string");
    assertThat(document.at("/components/schemas/ErrorBodyDetail/required").toString())
        .isEqualTo("[\"code\",\"message\",\"requestId\"]");
  }

  @Test
  void thePageNeedsNothingFromElsewhere() {
    Answer page = server.caller().get("/docs", "Accept", "text/html");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("content-type")).contains("text/html;charset=utf-8");
    assertThat(page.header("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-");
    assertThat(page.body()).doesNotContain("src=\"", "@import", "https://");
    assertThat(server.caller().get("/").header("location")).contains("/docs");
  }

  @Test
  void measurementsAreInPrometheusFormat() {
    server.caller().get("/healthz");
    Answer metrics = awaitMeasured("route=\"/healthz\"");
    assertThat(metrics.header("content-type").orElseThrow()).startsWith("text/plain");
    assertThat(metrics.body())
        .contains("varve_http_request_duration_seconds_count{")
        .contains("varve_queued_writes 0", "jvm_memory_used_bytes")
        .contains("varve_write_duration_seconds_count{outcome=\"committed\"} 1")
        .contains("varve_commits_per_sync_bucket{le=\"1.0\"}", "varve_sync_duration_seconds_sum")
        .contains("varve_cache_hits_total{cache=\"tree-nodes\"}")
        .contains("varve_cache_hit_ratio{cache=\"commits\"}")
        .contains("varve_cache_bytes{cache=\"metadata\"}")
        .contains("varve_cache_bound_bytes{cache=\"idempotent-answers\"}")
        .contains("varve_cache_misses_total{cache=\"metrics-reports\"}")
        .contains("varve_cache_hit_ratio{cache=\"revisions\"}")
        .contains("varve_cache_hit_ratio{cache=\"store-blocks\"}")
        .doesNotContain("varve_cache_entries{cache=\"store-blocks\"}")
        .contains("varve_cache_bound_bytes{cache=\"scan-plans\"} 1.34217728E8")
        .contains("varve_cache_evictions_total{cache=\"refused-writes\"}")
        .contains("varve_store_bytes{what=\"wal\"}", "{what=\"memtables\"}");
  }

  /** A request is measured once it has ended, which may be after its answer has arrived. */
  private Answer awaitMeasured(String what) {
    Answer metrics;
    do {
      metrics = server.caller().get("/metrics");
    } while (!metrics.body().contains(what));
    return metrics;
  }
}
