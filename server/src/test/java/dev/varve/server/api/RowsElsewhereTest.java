package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server whose setting {@code merge.rows} leaves rows to Spark, whatever their size. */
class RowsElsewhereTest extends ApiTest {
  private static final String MERGE = "\"from\":\"exp\",\"into\":\"main\"";
  private static final String BOTH = "[[1,\"apple\",10],[2,\"PEAR\",2]]";

  @Override
  String[] settings() {
    return new String[] {"--merge.rows=1B"};
  }

  /** Each branch changes a cell of the one file. */
  @BeforeEach
  void twoBranches() {
    ingest("fruit", "?key=id", "id,name,price\n1,apple,1\n2,pear,2\n");
    branch("exp");
    update("exp", "price", "price * 10", "id = 1");
    update("main", "name", "'PEAR'", "id = 2");
  }

  private void update(String branch, String column, String sql, String where) {
    Answer answer =
        post(
            "/tables/fruit/update",
            "{\"branch\":\"%s\",\"set\":{\"%s\":\"%s\"},\"where\":\"%s\"}"
                .formatted(branch, column, sql, where));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private JsonNode ask(String verb, String body) {
    Answer answer = post("/" + verb, "{" + body + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private String head() {
    return get("/branches/main").json().path("commit").asText();
  }

  private String fruit() {
    return rows("SELECT id, name, price FROM fruit ORDER BY id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "merge       ! \"from\":\"exp\",\"into\":\"main\"      ! merge",
        "revert      ! \"commit\":\"main~1\",\"branch\":\"main\" ! revert",
        "cherry-pick ! \"commit\":\"exp\",\"onto\":\"main\"    ! cherry-pick",
      })
  void aMergeOfRowsSaysWhatToDo(String verb, String body, String again) {
    update("main", "name", "'PEARS'", "id = 2");
    String head = head();

    Answer refused = post("/" + verb, "{" + body + "}");

    assertThat(refused.code()).isEqualTo("merge-conflict");
    JsonNode conflict = refused.json().at("/error/details/conflicts/0");
    assertThat(conflict.path("code").asText()).isEqualTo("rows-elsewhere");
    assertThat(conflict.path("hint").asText())
        .startsWith(
            "nothing was changed; %s again with --on spark, or with --on server if there is room for it"
                .formatted(again));
    assertThat(conflict.at("/details/bytes").asLong()).isPositive();
    assertThat(head()).isEqualTo(head);
    assertThat(texts(get("/prepared"), "name")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "merge       ! \"from\":\"exp\",\"into\":\"main\"",
        "revert      ! \"commit\":\"main~1\",\"branch\":\"main\"",
        "cherry-pick ! \"commit\":\"exp\",\"onto\":\"main\"",
      })
  void whatIsPreparedLeavesATaskForSpark(String verb, String body) {
    update("main", "name", "'PEARS'", "id = 2");
    String head = head();

    JsonNode prepared = ask(verb, body + ",\"prepare\":true");

    assertThat(prepared.at("/prepared/verb").asText()).as("%s", prepared).isEqualTo(verb);
    assertThat(prepared.at("/prepared/state").asText()).isEqualTo("conflicted");
    JsonNode kept = get("/prepared/merge/1").json().at("/conflicts/0");
    assertThat(kept.path("code").asText()).isEqualTo("rows-elsewhere");
    assertThat(kept.at("/task/fileCount").asInt()).isEqualTo(3);
    Answer files =
        sql(
            "SELECT count(DISTINCT file) FROM " + kept.at("/task/files").asText(),
            ",\"ref\":\"merge/1\"");
    assertThat(files.json().at("/rows/0/0").asInt()).as(files.body()).isEqualTo(3);
    assertThat(head()).isEqualTo(head);
    assertThat(post("/prepared-publish", "{\"name\":\"merge/1\"}").status()).isEqualTo(409);
    assertThat(head()).isEqualTo(head);
  }

  @Test
  void theServerComparesThemIfItIsTold() {
    JsonNode merged =
        ask("merge", MERGE + ",\"conflicts\":{\"rowLimit\":%d}".formatted(Long.MAX_VALUE));

    assertThat(merged.path("outcome").asText()).isEqualTo("merged");
    assertThat(fruit()).isEqualTo(BOTH);
  }

  @Test
  void theServerFinishesWhatWasLeftToSparkIfItIsTold() {
    ask("merge", MERGE + ",\"prepare\":true");

    JsonNode finished =
        ask("prepared-finish", "\"name\":\"merge/1\",\"rowLimit\":" + Long.MAX_VALUE);

    assertThat(finished.at("/prepared/state").asText()).as("%s", finished).isEqualTo("ready");
    ask("prepared-publish", "\"name\":\"merge/1\"");
    assertThat(fruit()).isEqualTo(BOTH);
  }

  @Test
  void aRebaseSaysHowItIsFinishedAndIs() {
    String rebase = "\"branch\":\"exp\",\"onto\":\"main\"";
    Answer refused = post("/rebase", "{" + rebase + "}");
    assertThat(refused.json().at("/error/details/steps/0/conflicts/0/hint").asText())
        .as(refused.body())
        .endsWith("a rebase with --prepare, to finish what was prepared with --on server");

    String name = ask("rebase", rebase + ",\"prepare\":true").at("/prepared/name").asText();
    JsonNode finished =
        ask("prepared-finish", "\"name\":\"%s\",\"rowLimit\":%d".formatted(name, Long.MAX_VALUE));

    assertThat(finished.at("/prepared/state").asText()).as("%s", finished).isEqualTo("ready");
    ask("prepared-publish", "\"name\":\"%s\"".formatted(name));
    assertThat(rows("SELECT id, name, price FROM fruit AT (VERSION => 'exp') ORDER BY id"))
        .isEqualTo(BOTH);
  }

  @Test
  void tablesWhoseFilesDecideAreMergedHere() {
    branch("more");
    ingest("fruit", "?branch=more", "id,name,price\n3,plum,3\n");
    update("main", "price", "7", "id = 2");

    JsonNode merged = ask("merge", "\"from\":\"more\",\"into\":\"main\"");

    assertThat(merged.path("outcome").asText()).as("%s", merged).isEqualTo("merged");
    assertThat(merged.at("/tables/0/level").asText()).isEqualTo("files");
    assertThat(fruit()).isEqualTo("[[1,\"apple\",1],[2,\"PEAR\",7],[3,\"plum\",3]]");
  }
}
