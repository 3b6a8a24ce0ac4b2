package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.TestServer;
import dev.varve.server.http.Caller;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real lake behind real HTTP. */
abstract class ApiTest {
  static final String LAKE = "/api/v1/repos/lake";

  @TempDir Path directory;

  TestServer server;
  Caller http;

  @BeforeEach
  void startServer() {
    server = TestServer.start(directory.resolve("data"), settings());
    http = server.caller();
  }

  /** What the server is told besides, such as {@code --port=1}. */
  String[] settings() {
    return new String[0];
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  Answer get(String path) {
    return http.get(LAKE + path);
  }

  Answer post(String path, String json) {
    return http.post(LAKE + path, json);
  }

  Answer ingest(String table, String query, String file, String... headers) {
    return http.send("POST", LAKE + "/tables/" + table + "/rows" + query, file, headers);
  }

  Answer sql(String text, String more) {
    return post("/sql", "{\"sql\":" + Json.tree().valueToTree(text) + more + "}");
  }

  String rows(String text) {
    Answer answer = sql(text, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("rows").toString();
  }

  Answer delete(String path) {
    return http.delete(LAKE + path);
  }

  String branch(String name) {
    return post("/branches", "{\"name\":\"" + name + "\"}").json().path("commit").asText();
  }

  /** A commit on a branch; returns its id. */
  String commit(String branch, String namespace) {
    Answer answer =
        post(
            "/namespaces",
            "{\"name\":\"%s\",\"branch\":\"%s\",\"author\":\"Ada <ada@example.org>\"}"
                .formatted(namespace, branch));
    return answer.json().at("/commit/id").asText();
  }

  static List<String> texts(Answer answer, String field) {
    List<String> texts = new ArrayList<>();
    answer.json().path("items").forEach(item -> texts.add(item.path(field).asText()));
    return texts;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
