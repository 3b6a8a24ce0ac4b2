package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class BisectApiTest extends ApiTest {
  private static final String CHECK = "SELECT count(*) = 0 FROM fruit WHERE price < 0";

  private String append(String branch, int id, double price) {
    return ingest(
            "fruit",
            "?key=id&branch=" + branch + "&message=fruit%20" + id,
            "id,price\n%d,%s\n".formatted(id, price))
        .json()
        .at("/commit/id")
        .asText();
  }

  private Answer bisect(String good, String bad, String sql, String... headers) {
    return http.post(
        LAKE + "/bisect",
        "{\"good\":\"%s\",\"bad\":\"%s\",\"sql\":%s}"
            .formatted(good, bad, Json.tree().valueToTree(sql)),
        headers);
  }

  @Test
  void theCommitThatBrokeACheckIsFoundByHalving() {
    String culprit = "";
    for (int i = 0; i < 12; i++) {
      String commit = append("main", i, i == 7 ? -1 : 1);
      culprit = i == 7 ? commit : culprit;
    }

    Answer answer = bisect("main~11", "main", CHECK);

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().at("/firstBad/id").asText()).isEqualTo(culprit);
    assertThat(answer.json().path("suspects").asInt()).isEqualTo(11);
    assertThat(answer.json().path("steps").size()).isLessThanOrEqualTo(2 + 4);
    assertThat(answer.json().at("/steps/0/holds").asBoolean()).isFalse();
    assertThat(answer.json().at("/steps/1/holds").asBoolean()).isTrue();
  }

  @Test
  void aCommitWithinAMergedBranchIsFoundUnlessOnlyTheBranchIsLookedAt() {
    append("main", 0, 1);
    branch("exp");
    append("exp", 1, 1);
    String culprit = append("exp", 2, -1);
    append("exp", 3, 1);
    append("main", 4, 1);
    String merge =
        post("/merge", "{\"from\":\"exp\",\"into\":\"main\"}").json().at("/commit/id").asText();
    append("main", 5, 1);

    assertThat(bisect("main~3", "main", CHECK).json().at("/firstBad/id").asText())
        .isEqualTo(culprit);
    String first =
        "{\"good\":\"main~3\",\"bad\":\"main\",\"firstParent\":true,\"sql\":\"%s\"}"
            .formatted(CHECK);
    assertThat(post("/bisect", first).json().at("/firstBad/id").asText()).isEqualTo(merge);
  }

  @Test
  void stepsAreToldAsTheyAreDone() {
    for (int i = 0; i < 4; i++) {
      append("main", i, i < 3 ? 1 : -1);
    }
    List<JsonNode> lines =
        bisect("main~3", "main", CHECK, "Accept", "application/x-ndjson")
            .body()
            .lines()
            .map(BisectApiTest::json)
            .toList();

    assertThat(lines.get(0).at("/step/holds").asBoolean()).isFalse();
    assertThat(lines.get(0).at("/step/suspects").asInt()).isEqualTo(3);
    assertThat(lines.get(lines.size() - 1).at("/result/firstBad/message").asText())
        .isEqualTo("fruit 3");
  }

  @Test
  void whatIsNoCheckIsAClearError() {
    append("main", 0, 1);
    append("main", 1, -1);

    Answer number = bisect("main~1", "main", "SELECT count(*) FROM fruit");
    assertThat(number.status()).isEqualTo(400);
    assertThat(number.message()).startsWith("the check gives '2' at commit ").contains("boolean");
    assertThat(bisect("main~1", "main", "SELECT true, false").message()).contains("2 columns");
    assertThat(bisect("main~1", "main", "SELECT true WHERE false").message()).contains("no row");
    assertThat(bisect("main~1", "main", "SELECT price > 0 FROM fruit").message())
        .contains("several rows");
    assertThat(bisect("main~1", "main", "SELECT NULL").message()).contains("NULL");
    Answer missing = bisect("main~2", "main", CHECK);
    assertThat(missing.code()).isEqualTo("table-not-found");
    assertThat(missing.message()).startsWith("the check fails at commit ");
    assertThat(bisect("main~1", "main", "SELECT true").message())
        .isEqualTo("cannot bisect: the check holds at the bad commit 'main'");
    assertThat(bisect("main~1", "main", "SELECT false").message())
        .isEqualTo("cannot bisect: the check does not hold at the good commit 'main~1'");
    assertThat(bisect("main", "main~1", CHECK).message()).contains("was not made on the good one");
  }

  private static JsonNode json(String line) {
    try {
      return Json.tree().readTree(line);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
