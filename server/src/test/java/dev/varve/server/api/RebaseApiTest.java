package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RebaseApiTest extends ApiTest {
  @BeforeEach
  void aTableOnTwoBranches() {
    ingest("fruit", "?key=id", "id,name,price\n1,apple,1\n2,pear,2\n3,plum,3\n");
    branch("exp");
  }

  private String update(String branch, String column, String sql, String where) {
    return post(
            "/tables/fruit/update",
            "{\"branch\":\"%s\",\"set\":{\"%s\":\"%s\"},\"where\":\"%s\",\"message\":\"%s\",\"author\":\"Ada\"}"
                .formatted(branch, column, sql, where, column + " where " + where))
        .json()
        .at("/commit/id")
        .asText();
  }

  private Answer rebase(String more) {
    return post("/rebase", "{\"branch\":\"exp\",\"onto\":\"main\",\"author\":\"Bob\"" + more + "}");
  }

  private String fruit(String ref) {
    return sql("SELECT id, name, price FROM fruit ORDER BY id", ",\"ref\":\"" + ref + "\"")
        .json()
        .path("rows")
        .toString();
  }

  private String head(String branch) {
    return get("/branches/" + branch).json().path("commit").asText();
  }

  @Test
  void theCommitsOfABranchAreDoneAgainOnTop() {
    update("exp", "price", "10", "id = 1");
    update("exp", "price", "20", "id = 2");
    String main = update("main", "name", "'APPLE'", "id = 1");

    JsonNode rebased = rebase("").json();

    assertThat(rebased.path("outcome").asText()).isEqualTo("rebased");
    assertThat(rebased.path("steps").size()).isEqualTo(2);
    assertThat(fruit("exp")).isEqualTo("[[1,\"APPLE\",10],[2,\"pear\",20],[3,\"plum\",3]]");
    JsonNode log = get("/log?ref=exp&limit=3").json().path("items");
    assertThat(log.at("/0/message").asText()).isEqualTo("price where id = 2");
    assertThat(log.at("/0/author").asText()).isEqualTo("Ada");
    assertThat(log.at("/0/committer").asText()).isEqualTo("Bob");
    assertThat(log.at("/1/parents/0").asText()).isEqualTo(main);
    assertThat(texts(get("/branches"), "name")).containsExactly("exp", "main");
    assertThat(rebase("").json().path("outcome").asText()).isEqualTo("up-to-date");
  }

  @Test
  void aConflictChangesNothingAndNamesTheCommit() {
    update("exp", "price", "10", "id = 1");
    String culprit = update("exp", "price", "20", "id = 2");
    update("main", "price", "99", "id = 2");
    String before = head("exp");

    Answer refused = rebase("");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains(culprit.substring(0, 8));
    assertThat(refused.json().at("/error/details/steps/1/conflicts/0/table").asText())
        .isEqualTo("fruit");
    assertThat(head("exp")).isEqualTo(before);
    assertThat(texts(get("/branches"), "name")).containsExactly("exp", "main");
    JsonNode settled = rebase(",\"conflicts\":{\"strategy\":\"theirs\"}").json();
    assertThat(settled.path("outcome").asText()).isEqualTo("rebased");
    assertThat(fruit("exp")).contains("[2,\"pear\",20]");
  }

  @Test
  void aDryRunMovesNothing() {
    update("exp", "price", "10", "id = 1");
    update("main", "name", "'APPLE'", "id = 1");
    String before = head("exp");

    JsonNode dry = rebase(",\"dryRun\":true").json();

    assertThat(dry.path("outcome").asText()).isEqualTo("rebased");
    assertThat(dry.path("commit").isMissingNode()).isTrue();
    assertThat(head("exp")).isEqualTo(before);
  }

  @Test
  void aBranchWithoutCommitsOfItsOwnIsMoved() {
    String main = update("main", "name", "'APPLE'", "id = 1");

    assertThat(rebase("").json().path("outcome").asText()).isEqualTo("fast-forwarded");
    assertThat(head("exp")).isEqualTo(main);
  }

  @Test
  void aCommitWhoseWorkIsThereAlreadyFallsOut() {
    update("exp", "price", "10", "id = 1");
    update("exp", "price", "20", "id = 2");
    post("/cherry-pick", "{\"commit\":\"exp~1\",\"onto\":\"main\"}");

    JsonNode rebased = rebase("").json();

    assertThat(rebased.at("/steps/0/made").isMissingNode()).isTrue();
    assertThat(rebased.at("/steps/1/made/id").asText()).isEqualTo(head("exp"));
    assertThat(fruit("exp")).isEqualTo("[[1,\"apple\",10],[2,\"pear\",20],[3,\"plum\",3]]");
  }

  @Test
  void aBadIngestInTheMiddleOfGoodOnesIsRevertedRowByRow() {
    ingest(
        "fruit", "?mode=upsert&message=bad", "id,name,price\n1,apple,-1\n2,pear,-2\n9,junk,-9\n");
    String bad = head("main");
    ingest("fruit", "?mode=upsert&message=good", "id,name,price\n4,fig,4\n");
    update("main", "name", "'PEAR'", "id = 2");

    JsonNode reverted = post("/revert", "{\"commit\":\"" + bad + "\",\"branch\":\"main\"}").json();

    assertThat(reverted.path("outcome").asText()).as(reverted.toString()).isEqualTo("merged");
    assertThat(fruit("main"))
        .isEqualTo("[[1,\"apple\",1],[2,\"PEAR\",2],[3,\"plum\",3],[4,\"fig\",4]]");
  }

  @Test
  void rowsThatLaterCommitsTouchedAgainAreConflictsOfTheRevert() {
    ingest(
        "fruit", "?mode=upsert&message=bad", "id,name,price\n1,apple,-1\n2,pear,-2\n9,junk,-9\n");
    String bad = head("main");
    update("main", "price", "-20", "id = 2");
    update("main", "name", "'kept'", "id = 9");

    Answer refused = post("/revert", "{\"commit\":\"" + bad + "\",\"branch\":\"main\"}");

    assertThat(refused.status()).isEqualTo(409);
    JsonNode rows = refused.json().at("/error/details/conflicts/0/rows/items");
    assertThat(rows.size()).as(rows.toString()).isEqualTo(2);
    assertThat(rows.at("/0/key/id").asInt()).isEqualTo(2);
    assertThat(rows.at("/0/column").asText()).isEqualTo("price");
    assertThat(rows.at("/0/base").asInt()).isEqualTo(-2);
    assertThat(rows.at("/0/ours").asInt()).isEqualTo(-20);
    assertThat(rows.at("/0/theirs").asInt()).isEqualTo(2);
    assertThat(rows.at("/1/kind").asText()).isEqualTo("removed-in-theirs");
    post("/revert", "{\"commit\":\"" + bad + "\",\"branch\":\"main\",\"prepare\":true}");
    post(
        "/prepared-resolve",
        "{\"name\":\"merge/1\",\"table\":\"fruit\",\"take\":\"ours\",\"where\":\"cell IS NULL\"}");
    post(
        "/prepared-resolve",
        "{\"name\":\"merge/1\",\"table\":\"fruit\",\"take\":\"theirs\",\"key\":[\"2\"]}");
    post("/prepared-finish", "{\"name\":\"merge/1\"}");
    post("/prepared-publish", "{\"name\":\"merge/1\"}");
    assertThat(fruit("main"))
        .isEqualTo("[[1,\"apple\",1],[2,\"pear\",2],[3,\"plum\",3],[9,\"kept\",-9]]");
  }

  @Test
  void aPreparedRebaseIsKeptResolvedGoneOnWithAndPublished() {
    update("exp", "price", "10", "id = 1");
    String culprit = update("exp", "price", "20", "id = 2");
    update("exp", "name", "'PLUM'", "id = 3");
    update("main", "price", "99", "id = 2");
    String before = head("exp");

    JsonNode kept = rebase(",\"prepare\":true").json();

    assertThat(kept.path("outcome").asText()).as(kept.toString()).isEqualTo("conflicted");
    assertThat(kept.path("steps")).hasSize(2);
    server.close();
    startServer();
    JsonNode prepared = get("/prepared/merge/1").json();
    assertThat(prepared.path("verb").asText()).isEqualTo("rebase");
    assertThat(prepared.path("into").asText()).isEqualTo("exp");
    assertThat(prepared.path("from").asText()).isEqualTo("main");
    assertThat(prepared.path("state").asText()).isEqualTo("conflicted");
    assertThat(prepared.path("source").asText()).isEqualTo(culprit);
    assertThat(prepared.at("/rebase/step").asInt()).isEqualTo(2);
    assertThat(prepared.at("/rebase/steps").asInt()).isEqualTo(3);
    assertThat(prepared.at("/rebase/head").asText()).isEqualTo(before);
    assertThat(
            sql("SELECT cell, take FROM conflicts.fruit", ",\"ref\":\"merge/1\"")
                .json()
                .path("rows")
                .toString())
        .isEqualTo("[[\"price\",null]]");

    post(
        "/prepared-resolve",
        "{\"name\":\"merge/1\",\"table\":\"fruit\",\"column\":\"price\",\"take\":\"value\","
            + "\"value\":\"ours.price + theirs.price\"}");
    JsonNode finished = post("/prepared-finish", "{\"name\":\"merge/1\"}").json();

    assertThat(finished.at("/prepared/state").asText()).as(finished.toString()).isEqualTo("ready");
    assertThat(head("exp")).isEqualTo(before);
    assertThat(fruit("merge/1")).isEqualTo("[[1,\"apple\",10],[2,\"pear\",119],[3,\"PLUM\",3]]");
    assertThat(texts(get("/tables?ref=merge/1&namespace=conflicts"), "name")).isEmpty();
    JsonNode published = post("/prepared-publish", "{\"name\":\"merge/1\"}").json();
    assertThat(published.path("outcome").asText()).isEqualTo("published");
    assertThat(fruit("exp")).isEqualTo("[[1,\"apple\",10],[2,\"pear\",119],[3,\"PLUM\",3]]");
    JsonNode log = get("/log?ref=exp&limit=4").json().path("items");
    assertThat(log.findValuesAsText("message"))
        .containsExactly(
            "name where id = 3", "price where id = 2", "price where id = 1", "price where id = 2");
    assertThat(log.at("/1/author").asText()).isEqualTo("Ada");
    assertThat(get("/reflog?ref=exp&limit=1").body()).contains("rebase onto 'main'");
    assertThat(texts(get("/branches"), "name")).containsExactly("exp", "main");
    assertThat(post("/fsck?level=files", "").json().path("clean").asBoolean()).isTrue();
  }

  @Test
  void aPreparedRebaseOfMetadataIsAnsweredAndOneWhoseBranchMovedIsRefused() {
    for (String side : List.of("exp", "main")) {
      post(
          "/tables/fruit/schema",
          ("{\"branch\":\"%s\",\"changes\":[{\"op\":\"rename-column\",\"column\":\"name\","
                  + "\"to\":\"%s_name\"}]}")
              .formatted(side, side));
    }
    rebase(",\"prepare\":true");
    post("/prepared-resolve", "{\"name\":\"merge/1\",\"table\":\"fruit\",\"take\":\"theirs\"}");
    JsonNode finished = post("/prepared-finish", "{\"name\":\"merge/1\"}").json();
    assertThat(finished.at("/prepared/state").asText()).as(finished.toString()).isEqualTo("ready");
    assertThat(sql("SELECT exp_name FROM fruit", ",\"ref\":\"merge/1\"").status()).isEqualTo(200);
    update("exp", "price", "10", "id = 1");
    String moved = head("exp");

    assertThat(get("/prepared/merge/1").json().path("state").asText()).isEqualTo("behind");
    Answer refused = post("/prepared-publish", "{\"name\":\"merge/1\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.message()).contains("moved since it was rebased");
    assertThat(head("exp")).isEqualTo(moved);
    post("/prepared-abandon", "{\"name\":\"merge/1\"}");
    assertThat(texts(get("/branches"), "name")).containsExactly("exp", "main");
  }
}
