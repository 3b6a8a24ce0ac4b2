package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.LogCursor;
import dev.varve.catalog.object.ObjectId;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HistoryApiTest extends ApiTest {
  @Test
  void theLogShowsCommitsTheNewestFirstWithTheirRefs() {
    String first = commit("main", "a");
    String second = commit("main", "b");
    post("/tags", "{\"name\":\"v1\",\"from\":\"main~1\"}");
    Answer log = get("/log");
    assertThat(texts(log, "id")).startsWith(second, first);
    assertThat(log.json().at("/items/0/refs").toString()).isEqualTo("[\"main\"]");
    assertThat(log.json().at("/items/1/refs").toString()).isEqualTo("[\"v1\"]");
    assertThat(log.json().at("/items/0/parents/0").asText()).isEqualTo(first);
    assertThat(log.json().at("/items/0/message").asText()).isEqualTo("create namespace b");
    assertThat(texts(get("/log?ref=v1"), "id")).startsWith(first);
  }

  @Test
  void theLogGoesOnFromItsCursor() {
    IntStream.range(0, 7).forEach(i -> commit("main", "n" + i));
    List<String> paged = new ArrayList<>();
    String after = "";
    do {
      Answer page = get("/log?limit=3" + after);
      paged.addAll(texts(page, "id"));
      String next = page.json().path("next").asText("");
      after = next.isEmpty() ? "" : "&after=" + next;
    } while (!after.isEmpty());
    assertThat(paged).isEqualTo(texts(get("/log"), "id")).hasSize(8);
  }

  @Test
  void aCursorThatNamesAnUnknownCommitIsRefused() {
    String unknown = "ab".repeat(ObjectId.BYTES);
    LogCursor forged = new LogCursor(List.of(ObjectId.parse(unknown)));
    Answer answer = get("/log?after=" + new Cursor(forged.toString()).text());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid-request");
    assertThat(answer.message()).contains(unknown);
    assertThat(get("/log?after=" + new Cursor("x").text()).status()).isEqualTo(400);
    Answer missing = get("/log?ref=" + unknown);
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.code()).isEqualTo("commit-not-found");
    assertThat(missing.message()).contains(unknown);
  }

  @Test
  void theLogIsFiltered() {
    commit("main", "apples");
    commit("main", "pears");
    assertThat(texts(get("/log?grep=PEAR"), "message")).containsExactly("create namespace pears");
    assertThat(texts(get("/log?author=ada@"), "message")).hasSize(2);
    assertThat(texts(get("/log?author=nobody"), "message")).isEmpty();
    assertThat(texts(get("/log?until=2000-01-01T00:00:00Z"), "id")).isEmpty();
    assertThat(texts(get("/log?since=2000-01-01T00:00:00Z"), "id")).hasSize(3);
    assertThat(get("/log?since=yesterday").code()).isEqualTo("invalid-parameter");
    assertThat(get("/log?after=garbage").status()).isEqualTo(400);
  }

  @Test
  void commitsByManyClientsAllLandOnce() {
    List<CompletableFuture<String>> commits =
        IntStream.range(0, 40)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> commit("main", "n" + i)))
            .toList();
    List<String> ids = commits.stream().map(CompletableFuture::join).toList();
    assertThat(texts(get("/log?limit=1000"), "id")).containsAll(ids).hasSize(41);
    assertThat(texts(get("/namespaces?limit=1000"), "name")).hasSize(41);
  }

  @Test
  void whatWasAcknowledgedIsThereAfterARestart() {
    String id = commit("main", "a");
    server.close();
    startServer();
    assertThat(texts(get("/log"), "id")).startsWith(id);
  }

  @Test
  void aCommitSaysWhatItsAuthorSaid() {
    Answer answer =
        post(
            "/namespaces",
            "{\"name\":\"x\",\"message\":\"Why\\nnot\",\"author\":\"Bob\",\"properties\":{\"run\":\"7\"}}");
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.json().at("/commit/message").asText()).isEqualTo("Why\nnot");
    assertThat(answer.json().at("/commit/author").asText()).isEqualTo("Bob");
    assertThat(answer.json().at("/commit/properties/run").asText()).isEqualTo("7");
    Answer dropped = delete("/namespaces/x?author=Eve&message=gone&property=run%3D8");
    assertThat(dropped.json().at("/commit/author").asText()).isEqualTo("Eve");
    assertThat(dropped.json().at("/commit/properties/run").asText()).isEqualTo("8");
  }

  @Test
  void repositoriesAreIsolated() {
    assertThat(http.post("/api/v1/repos", "{\"name\":\"other\"}").status()).isEqualTo(201);
    http.post("/api/v1/repos/other/branches", "{\"name\":\"exp\"}");
    assertThat(texts(get("/branches"), "name")).containsExactly("main");
    assertThat(texts(http.get("/api/v1/repos"), "name")).containsExactly("lake", "other");
    assertThat(http.post("/api/v1/repos", "{\"name\":\"other\"}").code())
        .isEqualTo("repository-exists");
    assertThat(http.get("/api/v1/repos/third").code()).isEqualTo("repository-not-found");
    assertThat(http.get("/api/v1/repos/No!").code()).isEqualTo("invalid-name");
  }

  @Test
  void aRepositoryIsDeletedByWhoeverNamesItTwice() {
    http.post("/api/v1/repos", "{\"name\":\"other\"}");
    http.post("/api/v1/repos/other/branches", "{\"name\":\"exp\"}");

    assertThat(http.delete("/api/v1/repos/other").status()).isEqualTo(400);
    assertThat(http.delete("/api/v1/repos/other?confirm=lake").status()).isEqualTo(400);
    assertThat(http.get("/api/v1/repos/other/branches/exp").status()).isEqualTo(200);
    Answer deleted = http.delete("/api/v1/repos/other?confirm=other");

    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.json().path("warehouse").asText())
        .isEqualTo(directory.resolve("data/warehouse").toString());
    assertThat(texts(http.get("/api/v1/repos"), "name")).containsExactly("lake");
    assertThat(http.get("/api/v1/repos/other/branches/exp").code())
        .isEqualTo("repository-not-found");
    assertThat(http.delete("/api/v1/repos/lake?confirm=lake").status()).isEqualTo(403);
    // A new one of that name begins anew.
    http.post("/api/v1/repos", "{\"name\":\"other\"}");
    assertThat(texts(http.get("/api/v1/repos/other/branches"), "name")).containsExactly("main");
  }
}
