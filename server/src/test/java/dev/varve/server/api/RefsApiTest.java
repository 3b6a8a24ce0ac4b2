package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefsApiTest extends ApiTest {
  @Test
  void aBranchBeginsWhereItIsTold() {
    String first = commit("main", "a");
    commit("main", "b");
    Answer created = post("/branches", "{\"name\":\"exp/x\",\"from\":\"main~1\"}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().path("commit").asText()).isEqualTo(first);
    assertThat(created.json().path("kind").asText()).isEqualTo("branch");
    assertThat(created.json().path("author").asText()).isEqualTo("Ada <ada@example.org>");
    assertThat(get("/branches/exp/x").json()).isEqualTo(created.json());
    assertThat(get("/branches/exp%2Fx").json()).isEqualTo(created.json());
  }

  @Test
  void branchesAndTagsAreListedInPartsAndByPrefix() {
    for (String name : List.of("b1", "b2", "b3", "c1")) {
      branch(name);
      post("/tags", "{\"name\":\"t-" + name + "\"}");
    }
    List<String> names = new ArrayList<>();
    String after = "";
    do {
      Answer page = get("/branches?limit=2" + after);
      assertThat(page.json().path("items").size()).isLessThanOrEqualTo(2);
      names.addAll(texts(page, "name"));
      String next = page.json().path("next").asText("");
      after = next.isEmpty() ? "" : "&after=" + next;
    } while (!after.isEmpty());
    assertThat(names).containsExactly("b1", "b2", "b3", "c1", "main");
    assertThat(texts(get("/branches?prefix=b"), "name")).containsExactly("b1", "b2", "b3");
    assertThat(
            texts(
                get("/branches?prefix=b&limit=1&after=" + next("/branches?prefix=b&limit=2")),
                "name"))
        .containsExactly("b3");
    assertThat(texts(get("/tags"), "name")).containsExactly("t-b1", "t-b2", "t-b3", "t-c1");
  }

  private String next(String path) {
    return get(path).json().path("next").asText();
  }

  @Test
  void aDeletedBranchComesBackFromItsReflog() {
    branch("exp");
    String head = commit("exp", "a");
    assertThat(delete("/branches/exp?expected=" + "0".repeat(64)).code()).isEqualTo("ref-moved");
    assertThat(delete("/branches/exp?expected=" + head).json().path("commit").asText())
        .isEqualTo(head);
    assertThat(get("/branches/exp").code()).isEqualTo("ref-not-found");
    assertThat(texts(get("/reflog?ref=exp"), "index")).containsExactly("0", "1", "2");
    Answer back = post("/branches", "{\"name\":\"exp\",\"from\":\"exp@{1}\"}");
    assertThat(back.json().path("commit").asText()).isEqualTo(head);
  }

  @Test
  void aBranchIsRenamedAndReset() {
    branch("exp");
    String before = get("/branches/exp").json().path("commit").asText();
    commit("exp", "a");
    assertThat(post("/branches-rename", "{\"from\":\"exp\",\"to\":\"tried\"}").status())
        .isEqualTo(200);
    assertThat(get("/branches/exp").status()).isEqualTo(404);
    assertThat(
            post("/reset", "{\"branch\":\"tried\",\"to\":\"tried~1\",\"message\":\"no\"}").status())
        .isEqualTo(200);
    assertThat(get("/branches/tried").json().path("commit").asText()).isEqualTo(before);
    Answer moves = get("/reflog?ref=tried&limit=1");
    assertThat(texts(moves, "why")).containsExactly("no");
    assertThat(texts(get("/reflog?ref=tried&after=" + moves.json().path("next").asText()), "index"))
        .containsExactly("1");
  }

  @Test
  void aTagNeverMoves() {
    post("/tags", "{\"name\":\"v1\"}");
    String at = get("/tags/v1").json().path("commit").asText();
    commit("main", "a");
    assertThat(get("/tags/v1").json().path("commit").asText()).isEqualTo(at);
    assertThat(post("/tags", "{\"name\":\"v1\"}").code()).isEqualTo("ref-exists");
    assertThat(get("/branches/v1").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"name\":\"a..b\"}', 400, invalid-name",
    "'{\"name\":\"x\",\"from\":\"nowhere\"}', 404, ref-not-found",
    "'{\"name\":\"main\"}', 409, ref-exists",
    "'{\"name\":\"MAIN\"}', 409, ref-exists",
    "'{\"name\":\"x\",\"form\":\"main\"}', 400, invalid-body",
  })
  void aBranchThatCannotBeIsRefused(String body, int status, String code) {
    Answer answer = post("/branches", body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(texts(get("/branches"), "name")).containsExactly("main");
  }

  @Test
  void revisionsAreResolved() {
    String first = commit("main", "a");
    String second = commit("main", "b");
    assertThat(get("/revisions?rev=main~1").json().path("commit").asText()).isEqualTo(first);
    assertThat(get("/revisions?rev=" + encoded("main@{1}")).json().path("commit").asText())
        .isEqualTo(first);
    assertThat(get("/revisions?rev=" + second.substring(0, 8)).json().path("commit").asText())
        .isEqualTo(second);
    Answer bare = get("/revisions?rev=main");
    assertThat(bare.json().path("ref").asText()).isEqualTo("main");
    assertThat(bare.json().path("kind").asText()).isEqualTo("branch");
    assertThat(get("/revisions?rev=").code()).isEqualTo("invalid-revision");
    assertThat(get("/revisions").code()).isEqualTo("invalid-parameter");
  }
}
