package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.util.UUIDUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A write with an {@code Idempotency-Key} takes place once, across a restart too. */
class OnceTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SALES = "/v1/lake~main/namespaces/sales";
  private static final String COLUMN =
      "{\"type\":\"struct\",\"fields\":"
          + "[{\"id\":1,\"name\":\"id\",\"required\":true,\"type\":\"long\"}]}";
  private static final String TABLE = "{\"name\":\"items\",\"schema\":" + COLUMN + "}";
  private static final String VIEW =
      "{\"name\":\"recent\",\"schema\":"
          + COLUMN
          + ",\"view-version\":{\"version-id\":1,\"timestamp-ms\":1,\"schema-id\":0,\"summary\":{},"
          + "\"default-namespace\":[\"sales\"],\"representations\":"
          + "[{\"type\":\"sql\",\"sql\":\"select 1\",\"dialect\":\"spark\"}]},\"properties\":{}}";
  private static final String RENAME =
      "{\"source\":{\"namespace\":[\"sales\"],\"name\":\"orders\"},"
          + "\"destination\":{\"namespace\":[\"sales\"],\"name\":\"sold\"}}";
  private static final String SET =
      "{\"requirements\":[],\"updates\":[{\"action\":\"set-properties\",\"updates\":{\"a\":\"b\"}}]}";
  private static final String TRANSACTION =
      "{\"table-changes\":[{\"identifier\":{\"namespace\":[\"sales\"],\"name\":\"orders\"},"
          + SET.substring(1)
          + "]}";

  @TempDir Path dir;
  private RestServer server;

  @BeforeEach
  void start() throws IOException {
    server = RestServer.start(dir);
    try (RESTCatalog catalog = server.client("lake")) {
      catalog.createNamespace(Namespace.of("sales"));
      catalog.createNamespace(Namespace.of("empty"));
      catalog.createTable(TableIdentifier.of("sales", "orders"), TestTables.SCHEMA);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static Stream<Arguments> writes() {
    return Stream.of(
        Arguments.of("POST", "/v1/lake~main/namespaces", "{\"namespace\":[\"new\"]}"),
        Arguments.of("POST", SALES + "/properties", "{\"updates\":{\"a\":\"b\"}}"),
        Arguments.of("DELETE", "/v1/lake~main/namespaces/empty", ""),
        Arguments.of("POST", SALES + "/tables", TABLE),
        Arguments.of("POST", SALES + "/tables/orders", SET),
        Arguments.of("DELETE", SALES + "/tables/orders?purgeRequested=true", ""),
        Arguments.of("POST", SALES + "/tables/orders/unregister", ""),
        Arguments.of("POST", "/v1/lake~main/tables/rename", RENAME),
        Arguments.of("POST", "/v1/lake~main/transactions/commit", TRANSACTION),
        Arguments.of("POST", SALES + "/views", VIEW));
  }

  @ParameterizedTest
  @MethodSource("writes")
  void takesPlaceOnceAndIsAnsweredAlikeAfterARestart(String method, String path, String body)
      throws IOException {
    String key = newKey();
    int before = server.log("main").size();
    HttpResponse<String> first = server.send(method, path, body, "Idempotency-Key", key);
    HttpResponse<String> second = server.send(method, path, body, "Idempotency-Key", key);
    server.close();
    server = RestServer.start(dir);
    HttpResponse<String> third = server.send(method, path, body, "Idempotency-Key", key);

    assertThat(first.statusCode()).as(first.body()).isIn(200, 204);
    assertThat(server.log("main")).hasSize(before + 1);
    for (HttpResponse<String> again : List.of(second, third)) {
      assertThat(again.statusCode()).as(again.body()).isEqualTo(first.statusCode());
      assertThat(json(again)).isEqualTo(json(first));
    }
  }

  @Test
  void manyThatAreSentAtOnceTakePlaceOnce() {
    String key = newKey();
    int before = server.log("main").size();
    List<CompletableFuture<HttpResponse<String>>> sent =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () ->
                            server.send("POST", SALES + "/tables", TABLE, "Idempotency-Key", key)))
            .limit(8)
            .toList();

    assertThat(sent).allSatisfy(it -> assertThat(it.join().statusCode()).isEqualTo(200));
    assertThat(server.log("main")).hasSize(before + 1);
  }

  @Test
  void aRefusalIsGivenAgainThoughThingsHaveChanged() {
    String key = newKey();
    String table = "{\"namespace\":[\"later\",\"child\"]}";
    assertThat(
            server
                .send("POST", "/v1/lake~main/namespaces", table, "Idempotency-Key", key)
                .statusCode())
        .isEqualTo(404);
    server.send("POST", "/v1/lake~main/namespaces", "{\"namespace\":[\"later\"]}");

    assertThat(
            server
                .send("POST", "/v1/lake~main/namespaces", table, "Idempotency-Key", key)
                .statusCode())
        .isEqualTo(404);
    assertThat(
            server
                .send("POST", "/v1/lake~main/namespaces", table, "Idempotency-Key", newKey())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aKeyBelongsToOneRequest() {
    String key = newKey();
    server.send("POST", SALES + "/tables/orders", SET, "Idempotency-Key", key);

    HttpResponse<String> other =
        server.send(
            "POST",
            SALES + "/tables/orders",
            SET.replace("\"b\"", "\"c\""),
            "Idempotency-Key",
            key);

    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).contains("belongs to another request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "not-a-key", "3f2a91c0-0000-4000-8000-000000000000"})
  void aKeyIsAUuidOfVersionSeven(String key) {
    HttpResponse<String> refused =
        server.send("POST", SALES + "/tables/orders", SET, "Idempotency-Key", key);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("version 7");
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  private static String newKey() {
    return UUIDUtil.generateUuidV7().toString();
  }
}
