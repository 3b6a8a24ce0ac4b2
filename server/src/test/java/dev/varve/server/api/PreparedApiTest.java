package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PreparedApiTest extends ApiTest {
  @BeforeEach
  void twoBranches() {
    ingest("fruit", "?key=id", "id,name,price\n1,apple,1\n2,pear,2\n");
    branch("exp");
    update("exp", "price", "price * 10", "id = 1");
    update("main", "name", "'PEAR'", "id = 2");
  }

  private Answer update(String branch, String column, String sql, String where) {
    return post(
        "/tables/fruit/update",
        "{\"branch\":\"%s\",\"set\":{\"%s\":\"%s\"},\"where\":\"%s\"}"
            .formatted(branch, column, sql, where));
  }

  private JsonNode prepare() {
    Answer answer =
        post("/merge", "{\"from\":\"exp\",\"into\":\"main\",\"prepare\":true,\"author\":\"Ada\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private Answer publish(String name) {
    return post("/prepared-publish", "{\"name\":\"" + name + "\"}");
  }

  private String head(String branch) {
    return get("/branches/" + branch).json().path("commit").asText();
  }

  private String prices(String ref) {
    return sql("SELECT id, name, price FROM fruit ORDER BY id", ",\"ref\":\"" + ref + "\"")
        .json()
        .path("rows")
        .toString();
  }

  @Test
  void aPreparedMergeIsReadAsARevisionAndPublishedAsItIs() {
    String before = head("main");
    JsonNode prepared = prepare();

    assertThat(prepared.path("outcome").asText()).isEqualTo("merged");
    assertThat(prepared.at("/prepared/name").asText()).isEqualTo("merge/1");
    assertThat(prepared.at("/prepared/state").asText()).isEqualTo("ready");
    assertThat(head("main")).isEqualTo(before);
    assertThat(prices("merge/1")).isEqualTo("[[1,\"apple\",10],[2,\"PEAR\",2]]");
    assertThat(prices("main")).isEqualTo("[[1,\"apple\",1],[2,\"PEAR\",2]]");
    assertThat(texts(get("/prepared"), "name")).containsExactly("merge/1");

    Answer published = publish("merge/1");

    assertThat(published.json().path("outcome").asText()).isEqualTo("published");
    assertThat(head("main")).isEqualTo(prepared.at("/commit/id").asText());
    assertThat(texts(get("/prepared"), "name")).isEmpty();
    assertThat(get("/commits/main").json().at("/commit/message").asText())
        .isEqualTo("merge exp into main");
    assertThat(texts(get("/reflog?ref=main&limit=1"), "why").get(0))
        .startsWith("publish 'merge/1'");
    assertThat(post("/fsck", "").json().path("clean").asBoolean()).isTrue();
    assertThat(publish("merge/1").message())
        .isEqualTo(
            "there is no prepared merge 'merge/1' any more: it was published to 'main' as "
                + head("main").substring(0, 8));
  }

  @Test
  void anEngineReadsWhatWaitsAndMainHasThatSnapshotOnceItIsPublished() throws IOException {
    prepare();
    TableIdentifier fruit = TableIdentifier.of("default", "fruit");
    try (RESTCatalog main = EngineClient.connect(server, "lake");
        RESTCatalog preview = EngineClient.connect(server, "lake/merge/1")) {
      Table waiting = preview.loadTable(fruit);
      long snapshot = waiting.currentSnapshot().snapshotId();
      assertThat(EngineClient.rows(waiting)).containsExactlyInAnyOrder("1|apple|10", "2|PEAR|2");
      Table before = main.loadTable(fruit);
      assertThat(before.refs().get("merge/1").snapshotId()).isEqualTo(snapshot);
      assertThat(EngineClient.rows(before)).containsExactlyInAnyOrder("1|apple|1", "2|PEAR|2");

      publish("merge/1");

      assertThat(main.loadTable(fruit).currentSnapshot().snapshotId()).isEqualTo(snapshot);
    }
  }

  @Test
  void whatWaitsSurvivesARestart() {
    String commit = prepare().at("/commit/id").asText();
    server.close();
    startServer();

    assertThat(get("/prepared/merge/1").json().at("/commit/id").asText()).isEqualTo(commit);
    publish("merge/1");
    assertThat(head("main")).isEqualTo(commit);
  }

  @Test
  void whenTheBranchMovedItIsPreparedAgainAndNothingIsPublished() {
    String first = prepare().at("/commit/id").asText();
    update("main", "name", "'plum'", "id = 2");
    String moved = head("main");
    assertThat(get("/prepared/merge/1").json().path("state").asText()).isEqualTo("behind");

    Answer again = publish("merge/1");

    assertThat(again.json().path("outcome").asText()).isEqualTo("prepared-again");
    assertThat(head("main")).isEqualTo(moved);
    JsonNode now = get("/prepared/merge/1").json();
    assertThat(now.path("state").asText()).isEqualTo("ready");
    assertThat(now.at("/commit/id").asText()).isNotEqualTo(first);
    assertThat(now.at("/commit/parents/0").asText()).isEqualTo(moved);
    assertThat(texts(get("/prepared"), "name")).containsExactly("merge/1");
    assertThat(publish("merge/1").json().path("outcome").asText()).isEqualTo("published");
    assertThat(prices("main")).isEqualTo("[[1,\"apple\",10],[2,\"plum\",2]]");
  }

  @Test
  void onesThatAreAbandonedAreGoneAndTheirNumbersAreNotUsedAgain() {
    prepare();
    post("/prepared-abandon", "{\"name\":\"merge/1\"}");

    assertThat(get("/prepared/merge/1").status()).isEqualTo(404);
    assertThat(publish("merge/1").message())
        .isEqualTo("there is no prepared merge 'merge/1' any more: it was abandoned");
    assertThat(publish("merge/7").message()).isEqualTo("there is no prepared merge 'merge/7'");
    assertThat(prepare().at("/prepared/name").asText()).isEqualTo("merge/2");
  }

  @Test
  void commitsOnAPreparedMergeArePublishedWithIt() {
    prepare();
    update("merge/1", "price", "99", "id = 2");
    String fixed = head("merge/1");

    publish("merge/1");

    assertThat(head("main")).isEqualTo(fixed);
    assertThat(prices("main")).isEqualTo("[[1,\"apple\",10],[2,\"PEAR\",99]]");
  }

  @Test
  void commitsOnAPreparedMergeAreNotLostWhenTheBranchMoved() {
    prepare();
    update("merge/1", "price", "99", "id = 2");
    update("main", "name", "'plum'", "id = 2");

    Answer refused = publish("merge/1");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("somebody committed to 'merge/1'");
    assertThat(texts(get("/prepared"), "name")).containsExactly("merge/1");
  }

  @Test
  void aRevertAndACherryPickArePreparedToo() {
    String revert = "{\"commit\":\"main\",\"branch\":\"main\",\"prepare\":true}";
    assertThat(post("/revert", revert).json().at("/prepared/verb").asText()).isEqualTo("revert");
    String pick = "{\"commit\":\"exp\",\"onto\":\"main\",\"prepare\":true}";
    assertThat(post("/cherry-pick", pick).json().at("/prepared/verb").asText())
        .isEqualTo("cherry-pick");
    assertThat(prices("merge/1")).isEqualTo("[[1,\"apple\",1],[2,\"pear\",2]]");
    assertThat(prices("merge/2")).isEqualTo("[[1,\"apple\",10],[2,\"PEAR\",2]]");
    publish("merge/1");
    assertThat(publish("merge/2").json().path("outcome").asText()).isEqualTo("prepared-again");
    publish("merge/2");
    assertThat(prices("main")).isEqualTo("[[1,\"apple\",10],[2,\"pear\",2]]");
  }

  @Test
  void aMergeWhoseTargetHasAllOfItByNowIsForgottenWhenItIsPublished() {
    prepare();
    prepare();
    publish("merge/1");
    String head = head("main");

    Answer answer = publish("merge/2");

    assertThat(answer.json().path("outcome").asText()).isEqualTo("up-to-date");
    assertThat(answer.json().at("/commit/id").asText()).isEqualTo(head);
    assertThat(head("main")).isEqualTo(head);
    assertThat(texts(get("/prepared"), "name")).isEmpty();
    assertThat(texts(get("/reflog?ref=merge/2&limit=1"), "why"))
        .containsExactly("'main' has all of it");
    assertThat(publish("merge/2").message())
        .isEqualTo(
            "there is no prepared merge 'merge/2' any more: it was given up, because 'main' has all"
                + " of it");
  }

  @Test
  void whereThereIsNothingToMergeNothingIsPrepared() {
    publish(prepare().at("/prepared/name").asText());
    JsonNode nothing = prepare();

    assertThat(nothing.path("outcome").asText()).isEqualTo("up-to-date");
    assertThat(nothing.path("prepared").isMissingNode()).isTrue();
    assertThat(texts(get("/prepared"), "name")).isEmpty();
  }
}
