package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MergeApiTest extends ApiTest {
  private static final String COLUMNS =
      "\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";

  @BeforeEach
  void twoBranches() {
    create("base", "main");
    branch("exp");
  }

  private String create(String table, String branch) {
    return post(
            "/tables", "{\"name\":\"%s\",\"branch\":\"%s\",%s}".formatted(table, branch, COLUMNS))
        .json()
        .at("/commit/id")
        .asText();
  }

  private Answer merge(String more) {
    return post("/merge", "{\"from\":\"exp\",\"into\":\"main\"" + more + "}");
  }

  private String head(String branch) {
    return get("/branches/" + branch).json().path("commit").asText();
  }

  @Test
  void aBranchWithoutCommitsOfItsOwnMovesForward() {
    String theirs = create("orders", "exp");
    Answer merged = merge("");
    assertThat(merged.json().path("outcome").asText()).isEqualTo("fast-forwarded");
    assertThat(merged.json().at("/commit/id").asText()).isEqualTo(theirs);
    assertThat(head("main")).isEqualTo(theirs);
    assertThat(merge("").json().path("outcome").asText()).isEqualTo("up-to-date");
  }

  @Test
  void bothSidesComeTogetherInACommitWithTwoParents() {
    String ours = create("ours", "main");
    String theirs = create("theirs", "exp");
    JsonNode merged = merge(",\"message\":\"together\",\"author\":\"Ada\"").json();
    assertThat(merged.path("outcome").asText()).isEqualTo("merged");
    assertThat(merged.path("ours").asText()).isEqualTo(ours);
    assertThat(merged.path("theirs").asText()).isEqualTo(theirs);
    assertThat(merged.at("/commit/parents").toString())
        .isEqualTo("[\"%s\",\"%s\"]".formatted(ours, theirs));
    assertThat(merged.at("/commit/message").asText()).isEqualTo("together");
    assertThat(merged.at("/tables/0/table").asText()).isEqualTo("theirs");
    assertThat(merged.at("/tables/0/action").asText()).isEqualTo("added");
    assertThat(texts(get("/tables"), "name")).containsExactly("base", "ours", "theirs");
  }

  @Test
  void aDryRunSaysTheSameAndWritesNothing() {
    create("ours", "main");
    create("theirs", "exp");
    String head = head("main");
    JsonNode plan = merge(",\"dryRun\":true").json();
    assertThat(plan.path("outcome").asText()).isEqualTo("merged");
    assertThat(plan.path("dryRun").asBoolean()).isTrue();
    assertThat(plan.path("commit").isMissingNode()).isTrue();
    assertThat(head("main")).isEqualTo(head);
    assertThat(merge("").json().path("tables")).isEqualTo(plan.path("tables"));
  }

  @Test
  void aConflictChangesNothingAndSaysWhatEachSideDid() {
    create("same", "main");
    create("same", "exp");
    String head = head("main");
    Answer conflict = merge("");
    assertThat(conflict.status()).isEqualTo(409);
    assertThat(conflict.code()).isEqualTo("merge-conflict");
    assertThat(conflict.message()).isEqualTo("cannot merge 'exp' into 'main': 'same' conflicts");
    JsonNode report = conflict.json().at("/error/details");
    assertThat(report.path("outcome").asText()).isEqualTo("conflicted");
    assertThat(report.at("/conflicts/0/table").asText()).isEqualTo("same");
    assertThat(report.at("/conflicts/0/message").asText()).isNotEmpty();
    assertThat(report.at("/conflicts/0/hint").asText()).isNotEmpty();
    assertThat(head("main")).isEqualTo(head);
    Answer plan = merge(",\"dryRun\":true");
    assertThat(plan.status()).isEqualTo(200);
    assertThat(plan.json().path("conflicts")).isEqualTo(report.path("conflicts"));
  }

  @Test
  void theModeDecidesWhatIsMadeOfTheBranch() {
    create("theirs", "exp");
    assertThat(merge(",\"mode\":\"no-ff\",\"dryRun\":true").json().path("outcome").asText())
        .isEqualTo("merged");
    create("ours", "main");
    assertThat(merge(",\"mode\":\"ff-only\"").code()).isEqualTo("not-fast-forward");
    assertThat(merge(",\"mode\":\"squash\"").json().at("/commit/parents").size()).isEqualTo(1);
    Answer wrong = merge(",\"mode\":\"fast\"");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.message())
        .isEqualTo(
            "cannot read the body: 'fast' is not one of auto, no-ff, ff-only, squash at 'mode'");
  }

  @Test
  void aCommitInTheMiddleIsRevertedAndLaterOnesStay() {
    String bad = create("bad", "main");
    create("good", "main");
    JsonNode reverted = post("/revert", "{\"commit\":\"" + bad + "\",\"branch\":\"main\"}").json();
    assertThat(reverted.path("outcome").asText()).isEqualTo("merged");
    assertThat(reverted.at("/commit/properties/varve.reverts").asText()).isEqualTo(bad);
    assertThat(texts(get("/tables"), "name")).containsExactly("base", "good");
  }

  @Test
  void aCommitIsPickedOntoAnotherBranch() {
    create("unwanted", "exp");
    String wanted = create("wanted", "exp");
    JsonNode picked =
        post("/cherry-pick", "{\"commit\":\"exp\",\"onto\":\"main\",\"author\":\"Ada\"}").json();
    assertThat(picked.at("/commit/properties/varve.cherry-picked-from").asText()).isEqualTo(wanted);
    assertThat(picked.at("/commit/committer").asText()).isEqualTo("Ada");
    assertThat(texts(get("/tables"), "name")).containsExactly("base", "wanted");
  }

  @Test
  void aConflictOfAPickOrARevertIsToldInItsOwnWords() {
    String created = create("orders", "main");
    post("/tables/orders/rename", "{\"to\":\"sold\",\"branch\":\"main\"}");
    Answer pick = post("/cherry-pick", "{\"commit\":\"main\",\"onto\":\"exp\"}");
    assertThat(pick.status()).isEqualTo(409);
    assertThat(pick.message())
        .isEqualTo("cannot cherry-pick 'main' onto 'exp': 'orders' conflicts");
    JsonNode picked = pick.json().at("/error/details/conflicts/0");
    assertThat(picked.path("message").asText())
        .isEqualTo(
            "the picked commit renamed 'orders' to 'sold', and the branch has no such table");
    assertThat(picked.path("hint").asText())
        .isEqualTo("cherry-pick the commit that created it first");
    Answer revert = post("/revert", "{\"commit\":\"" + created + "\",\"branch\":\"main\"}");
    assertThat(revert.message())
        .isEqualTo("cannot revert '" + created + "' on 'main': 'orders' conflicts");
    JsonNode reverted = revert.json().at("/error/details/conflicts/0");
    assertThat(reverted.path("message").asText())
        .isEqualTo("the commit created 'orders', which was renamed to 'sold' later");
    assertThat(reverted.path("hint").asText())
        .isEqualTo("revert the later rename first, or drop 'sold' by hand");
  }

  @Test
  void aMergeIsDoneOnlyWhereItWasExpected() {
    create("theirs", "exp");
    assertThat(merge(",\"expected\":\"" + head("exp") + "\"").code()).isEqualTo("ref-moved");
    assertThat(merge(",\"expected\":\"main\"").code()).isEqualTo("invalid-body");
    assertThat(merge(",\"expected\":\"" + head("main") + "\"").status()).isEqualTo(200);
  }

  @Test
  void aDiffListsTablesByKindInParts() {
    create("orders", "exp");
    post("/tables/base/rename", "{\"to\":\"ground\",\"branch\":\"exp\"}");
    JsonNode diff = get("/diff?from=main&to=exp").json();
    assertThat(diff.at("/items/0/table").asText()).isEqualTo("ground");
    assertThat(diff.at("/items/0/kind").asText()).isEqualTo("renamed");
    assertThat(diff.at("/items/0/from").asText()).isEqualTo("base");
    assertThat(diff.at("/items/1/table").asText()).isEqualTo("orders");
    assertThat(diff.at("/items/1/kind").asText()).isEqualTo("added");
    Answer part = get("/diff?from=main&to=exp&limit=1");
    assertThat(texts(part, "table")).containsExactly("ground");
    assertThat(
            texts(
                get("/diff?from=main&to=exp&limit=1&after=" + part.json().path("next").asText()),
                "table"))
        .containsExactly("orders");
    assertThat(texts(get("/diff?from=main&to=exp&table=orders"), "kind")).containsExactly("added");
    assertThat(texts(get("/diff?from=exp&to=main"), "kind")).containsExactly("renamed", "removed");
    assertThat(texts(get("/diff?from=main&to=main"), "table")).isEmpty();
  }

  @Test
  void aCommitShowsWhatItChanged() {
    String id = create("orders", "main");
    JsonNode shown = get("/commits/main").json();
    assertThat(shown.at("/commit/id").asText()).isEqualTo(id);
    assertThat(shown.at("/commit/refs").toString()).isEqualTo("[\"main\"]");
    assertThat(shown.at("/changes/0/table").asText()).isEqualTo("orders");
    assertThat(shown.at("/changes/0/kind").asText()).isEqualTo("added");
    assertThat(get("/commits/main~2").json().path("changes").size()).isZero();
    assertThat(get("/commits/" + encoded("main@{0}")).json()).isEqualTo(shown);
  }

  /** Both branches updated the same rows of a table with a key. */
  private void bothUpdated() {
    theirsUpdated();
    update("main", "name", "'ours'");
    update("main", "price", "price + 1");
  }

  private void theirsUpdated() {
    post(
        "/tables",
        "{\"name\":\"fruit\",\"branch\":\"main\",\"key\":[\"id\"],\"as\":"
            + "\"SELECT i AS id, 'x' AS name, i * 1.5 AS price FROM range(1, 4) t(i)\"}");
    branch("side");
    update("side", "name", "'theirs'");
  }

  private void update(String branch, String column, String value) {
    Answer updated =
        post(
            "/tables/fruit/update",
            "{\"branch\":\"%s\",\"set\":{\"%s\":\"%s\"},\"where\":\"id < 3\"}"
                .formatted(branch, column, value));
    assertThat(updated.status()).isEqualTo(200);
  }

  private Answer mergeSide(String more) {
    return post("/merge", "{\"from\":\"side\",\"into\":\"main\"" + more + "}");
  }

  @Test
  void cellsInConflictAreListedPageByPage() {
    bothUpdated();

    JsonNode conflict = mergeSide("").json().at("/error/details/conflicts/0");

    assertThat(conflict.path("code").asText()).isEqualTo("rows-conflict");
    assertThat(conflict.at("/rows/count").asLong()).isEqualTo(2);
    assertThat(conflict.at("/rows/items/0").toString())
        .isEqualTo(
            "{\"kind\":\"changed-on-both-sides\",\"key\":{\"id\":1},\"column\":\"name\","
                + "\"base\":\"x\",\"ours\":\"ours\",\"theirs\":\"theirs\"}");
    JsonNode page =
        mergeSide(",\"dryRun\":true,\"conflicts\":{\"offset\":1,\"limit\":1}")
            .json()
            .at("/conflicts/0/rows");
    assertThat(page.path("items").size()).isEqualTo(1);
    assertThat(page.at("/items/0/key/id").asLong()).isEqualTo(2);
  }

  @Test
  void columnsThatOneSideChangedAreTakenWhole() {
    theirsUpdated();
    update("main", "price", "price + 1");

    JsonNode merged = mergeSide("").json().at("/tables/0");

    assertThat(merged.path("detail").asText())
        .endsWith("2 rows written and 2 removed, 1 file replaced by 1, by whole columns");
    assertThat(merged.at("/rows/filesSpliced").asLong()).isEqualTo(1);
    assertThat(
            post("/sql", "{\"sql\":\"SELECT name, price FROM fruit ORDER BY id\"}")
                .json()
                .path("rows")
                .toString())
        .isEqualTo("[[\"theirs\",2.5],[\"theirs\",4.0],[\"x\",4.5]]");
  }

  /** Each has more rows than DuckDB hands to one thread at a time. */
  @Test
  void updatesOfLargeFilesKeepTheirRowsInOrder() {
    post(
        "/tables",
        "{\"name\":\"fruit\",\"branch\":\"main\",\"key\":[\"id\"],\"as\":"
            + "\"SELECT range AS id, 'row ' || hash(range) AS name, range * 1.5 AS price"
            + " FROM range(1, 300000)\"}");
    branch("side");
    update("side", "name", "'theirs'");
    update("main", "price", "price + 1");

    JsonNode merged = mergeSide("").json().at("/tables/0");

    assertThat(merged.path("detail").asText())
        .endsWith("2 rows written and 2 removed, 1 file replaced by 1, by whole columns");
    assertThat(
            post(
                    "/sql",
                    "{\"sql\":\"SELECT count(*) FILTER (name = 'theirs' AND price = id * 1.5 + 1),"
                        + " count(*) FILTER (name = 'row ' || hash(id) AND price = id * 1.5)"
                        + " FROM fruit\"}")
                .json()
                .path("rows")
                .toString())
        .isEqualTo("[[2,299997]]");
  }

  @Test
  void strategiesAndRulesSettleCells() {
    bothUpdated();

    JsonNode merged =
        mergeSide(
                ",\"conflicts\":{\"strategies\":{\"fruit\":\"ours\"},"
                    + "\"rules\":{\"fruit.name\":\"ours.name || '+' || theirs.name\"}}")
            .json();

    assertThat(merged.path("outcome").asText()).isEqualTo("merged");
    assertThat(merged.at("/tables/0/level").asText()).isEqualTo("rows");
    assertThat(merged.at("/tables/0/rows/rowsWritten").asLong()).isEqualTo(2);
    assertThat(
            post("/sql", "{\"sql\":\"SELECT name, price FROM fruit ORDER BY id\"}")
                .json()
                .path("rows")
                .toString())
        .isEqualTo("[[\"ours+theirs\",2.5],[\"ours+theirs\",4.0],[\"x\",4.5]]");
  }

  @Test
  void aStrategyThatNamesNothingIsRefused() {
    Answer unknown = merge(",\"conflicts\":{\"strategies\":{\"basse\":\"ours\"}}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.message())
        .isEqualTo("'basse' is no table of the branches to merge, and no column of one");
    Answer wrong = merge(",\"conflicts\":{\"rules\":{\"base.a\":\"a + 1\"}}");
    assertThat(wrong.message())
        .isEqualTo(
            "cannot use the rule 'a + 1' for 'base.a': it does not say on which side 'a' is");
  }
}
