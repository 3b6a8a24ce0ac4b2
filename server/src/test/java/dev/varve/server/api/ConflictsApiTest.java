package dev.varve.server.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflictsApiTest extends ApiTest {
  @BeforeEach
  void bothSidesChangeTheSameCells() {
    ingest("fruit", "?key=id", "id,name,price\n1,apple,1\n2,pear,2\n3,plum,3\n4,fig,4\n");
    branch("exp");
    update("exp", "price", "price * 10", "id <= 3");
    update("exp", "name", "upper(name)", "id = 1");
    update("main", "price", "price + 100", "id <= 2");
    update("main", "name", "'Apfel'", "id = 1");
    post("/tables/fruit/delete", "{\"where\":\"id = 3\"}");
    update("main", "name", "'FIG'", "id = 4");
  }

  private Answer update(String branch, String column, String sql, String where) {
    return post(
        "/tables/fruit/update",
        "{\"branch\":\"%s\",\"set\":{\"%s\":\"%s\"},\"where\":\"%s\"}"
            .formatted(branch, column, sql, where));
  }

  private JsonNode prepare() {
    Answer answer = post("/merge", "{\"from\":\"exp\",\"into\":\"main\",\"prepare\":true}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private Answer act(String verb) {
    return post("/prepared-" + verb, "{\"name\":\"merge/1\"}");
  }

  private JsonNode resolve(String more) {
    Answer answer =
        post("/prepared-resolve", "{\"name\":\"merge/1\",\"table\":\"fruit\"," + more + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private String fruit(String ref) {
    return sql("SELECT id, name, price FROM fruit ORDER BY id", ",\"ref\":\"" + ref + "\"")
        .json()
        .path("rows")
        .toString();
  }

  private String conflicts(String columns) {
    Answer answer =
        sql(
            "SELECT " + columns + " FROM conflicts.fruit ORDER BY \"key\".id, cell",
            ",\"ref\":\"merge/1\"");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("rows").toString();
  }

  @Test
  void conflictsAreKeptAsATableAndQueried() {
    String head = get("/branches/main").json().path("commit").asText();
    JsonNode prepared = prepare();

    assertThat(prepared.path("outcome").asText()).isEqualTo("conflicted");
    assertThat(prepared.at("/prepared/state").asText()).isEqualTo("conflicted");
    assertThat(prepared.at("/prepared/conflicts/0/rows").asText()).isEqualTo("conflicts.fruit");
    assertThat(prepared.at("/prepared/conflicts/0/count").asLong()).isEqualTo(4);
    assertThat(conflicts("\"key\".id, cell, kind, ours.price, theirs.price"))
        .isEqualTo(
            "[[1,\"name\",\"changed-on-both-sides\",101,10],"
                + "[1,\"price\",\"changed-on-both-sides\",101,10],"
                + "[2,\"price\",\"changed-on-both-sides\",102,20],"
                + "[3,null,\"removed-in-ours\",null,30]]");
    assertThat(get("/branches/main").json().path("commit").asText()).isEqualTo(head);
    assertThat(get("/prepared-conflicts/merge/1").json().at("/items/0/open").asLong()).isEqualTo(4);
    assertThat(act("publish").message())
        .isEqualTo("cannot publish 'merge/1': 4 conflicts are not resolved");
    assertThat(act("finish").message())
        .isEqualTo("cannot finish 'merge/1': 4 conflicts are not resolved");
  }

  /** What is exported is taken in again; as text a struct is what a cast reads. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "csv     ! CAST(%s AS STRUCT(%s))",
        "jsonl   ! %s",
        "parquet ! %s",
        "arrow   ! %s",
      })
  void conflictsAreExported(String format, String struct) throws IOException, InterruptedException {
    prepare();

    byte[] exported =
        send(
            "/sql",
            "{\"sql\":\"FROM conflicts.fruit\",\"ref\":\"merge/1\",\"format\":\"%s\"}"
                .formatted(format)
                .getBytes(UTF_8));
    send("/tables/exported/rows?format=" + format, exported);

    String row = "id BIGINT, name VARCHAR, price BIGINT";
    assertThat(
            rows(
                "SELECT (%s).id, cell, kind, (%s).price, (%s).price, (%s).name FROM exported ORDER BY ALL"
                    .formatted(
                        struct.formatted("\"key\"", "id BIGINT"),
                        struct.formatted("base", row),
                        struct.formatted("ours", row),
                        struct.formatted("theirs", row))))
        .isEqualTo(
            "[[1,\"name\",\"changed-on-both-sides\",1,101,\"APPLE\"],"
                + "[1,\"price\",\"changed-on-both-sides\",1,101,\"APPLE\"],"
                + "[2,\"price\",\"changed-on-both-sides\",2,102,\"pear\"],"
                + "[3,null,\"removed-in-ours\",3,null,\"plum\"]]");
  }

  private byte[] send(String path, byte[] body) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.server().uri().resolve(LAKE + path))
                    .header(
                        "Content-Type",
                        path.equals("/sql") ? "application/json" : "application/octet-stream")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    return answer.body();
  }

  @Test
  void conflictsAreResolvedByKeyByConditionAndByValueAndTheMergeIsFinished() {
    prepare();
    server.close();
    startServer();

    assertThat(resolve("\"key\":[\"1\"],\"column\":\"name\",\"take\":\"theirs\"").toString())
        .isEqualTo("{\"resolved\":1,\"open\":3}");
    resolve("\"where\":\"ours.price > 101\",\"take\":\"ours\"");
    resolve(
        "\"key\":[\"1\"],\"column\":\"price\",\"take\":\"value\","
            + "\"value\":\"ours.price + theirs.price\"");
    assertThat(resolve("\"where\":\"cell IS NULL\",\"take\":\"theirs\"").path("open").asLong())
        .isZero();
    assertThat(conflicts("take, value"))
        .isEqualTo("[[\"theirs\",null],[\"value\",\"111\"],[\"ours\",null],[\"theirs\",null]]");
    JsonNode finished = act("finish").json();

    assertThat(finished.path("outcome").asText()).as(finished.toString()).isEqualTo("merged");
    assertThat(finished.at("/prepared/state").asText()).isEqualTo("ready");
    assertThat(finished.at("/commit/parents").size()).isEqualTo(2);
    String merged = "[[1,\"APPLE\",111],[2,\"pear\",102],[3,\"plum\",30],[4,\"FIG\",4]]";
    assertThat(fruit("merge/1")).isEqualTo(merged);
    assertThat(texts(get("/tables?ref=merge/1&namespace=conflicts"), "name")).isEmpty();
    act("publish");
    assertThat(fruit("main")).isEqualTo(merged);
    assertThat(get("/commits/main").json().at("/commit/message").asText())
        .isEqualTo("merge exp into main");
    assertThat(post("/fsck?level=files", "").json().path("clean").asBoolean()).isTrue();
    assertThat(prepare().path("outcome").asText()).isEqualTo("up-to-date");
  }

  @Test
  void whatWasSaidCountsOnlyForRowsThatAreWhatTheyWere() {
    prepare();
    resolve("\"take\":\"theirs\"");
    update("main", "price", "777", "id = 2");

    JsonNode finished = act("finish").json();

    assertThat(finished.path("outcome").asText()).isEqualTo("conflicted");
    assertThat(finished.at("/prepared/state").asText()).isEqualTo("conflicted");
    assertThat(conflicts("\"key\".id, cell, take"))
        .isEqualTo(
            "[[1,\"name\",\"theirs\"],[1,\"price\",\"theirs\"],[2,\"price\",null],"
                + "[3,null,\"theirs\"]]");
    resolve("\"where\":\"take IS NULL\",\"take\":\"base\"");
    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("merged");
    act("publish");
    assertThat(fruit("main"))
        .isEqualTo("[[1,\"APPLE\",10],[2,\"pear\",2],[3,\"plum\",30],[4,\"FIG\",4]]");
  }

  @Test
  void aFinishedMergeIsPreparedAgainWithWhatWasSaid() {
    prepare();
    resolve("\"take\":\"theirs\"");
    act("finish");
    update("main", "name", "'date'", "id = 4");

    assertThat(act("publish").json().path("outcome").asText()).isEqualTo("prepared-again");
    assertThat(act("publish").json().path("outcome").asText()).isEqualTo("published");
    assertThat(fruit("main"))
        .isEqualTo("[[1,\"APPLE\",10],[2,\"pear\",20],[3,\"plum\",30],[4,\"date\",4]]");
  }

  @Test
  void aMergeThatWasPublishedBesideItIsForgottenWhenItIsFinished() {
    prepare();
    prepare();
    resolve("\"take\":\"theirs\"");
    act("finish");
    act("publish");

    post("/prepared-resolve", "{\"name\":\"merge/2\",\"table\":\"fruit\",\"take\":\"ours\"}");
    Answer finished = post("/prepared-finish", "{\"name\":\"merge/2\"}");

    assertThat(finished.json().path("outcome").asText()).isEqualTo("up-to-date");
    assertThat(texts(get("/prepared"), "name")).isEmpty();
    assertThat(fruit("main"))
        .isEqualTo("[[1,\"APPLE\",10],[2,\"pear\",20],[3,\"plum\",30],[4,\"FIG\",4]]");
  }

  @Test
  void whatCannotBeSaidIsExplained() {
    prepare();

    Answer value =
        post(
            "/prepared-resolve",
            "{\"name\":\"merge/1\",\"table\":\"fruit\",\"take\":\"value\",\"value\":\"1\"}");
    assertThat(value.message()).contains("not said of which column");
    Answer table =
        post("/prepared-resolve", "{\"name\":\"merge/1\",\"table\":\"veg\",\"take\":\"ours\"}");
    assertThat(table.message()).isEqualTo("'merge/1' has no conflicts between rows of 'veg'");
    assertThat(resolve("\"where\":\"cell IS NULL\",\"take\":\"base\"").path("resolved").asLong())
        .isZero();
    act("abandon");
    assertThat(texts(get("/prepared"), "name")).isEmpty();
  }

  @Test
  void tablesWithoutAKeyAreResolvedAsAWhole() {
    ingest("bag", "", "a\n1\n2\n");
    post("/branches", "{\"name\":\"other\"}");
    post("/tables/bag/update", "{\"branch\":\"other\",\"set\":{\"a\":\"10\"},\"where\":\"a = 1\"}");
    post("/tables/bag/update", "{\"set\":{\"a\":\"11\"},\"where\":\"a = 1\"}");
    post("/merge", "{\"from\":\"other\",\"into\":\"main\",\"prepare\":true}");
    assertThat(get("/prepared/merge/1").json().at("/conflicts/0/details/ours-rows").asText())
        .isEqualTo("1 row added and 1 removed");

    Answer resolved =
        post(
            "/prepared-resolve",
            "{\"name\":\"merge/1\",\"table\":\"bag\",\"where\":\"base.a = 1\","
                + "\"take\":\"theirs\"}");

    assertThat(resolved.json().path("consequence").asText())
        .isEqualTo(
            "the rows of 'bag' have no key and are taken as a whole: they will be as they are in"
                + " theirs, and the change of ours is discarded (1 row added and 1 removed)");
    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("merged");
    act("publish");
    assertThat(rows("SELECT a FROM bag ORDER BY a")).isEqualTo("[[2],[10]]");
  }

  @Test
  void aSideIsNotTakenAsAWholeOfRowsThatCameSince() {
    ingest("bag", "", "a\n1\n2\n");
    post("/branches", "{\"name\":\"other\"}");
    post("/tables/bag/update", "{\"branch\":\"other\",\"set\":{\"a\":\"10\"},\"where\":\"a = 1\"}");
    post("/tables/bag/update", "{\"set\":{\"a\":\"11\"},\"where\":\"a = 1\"}");
    post("/merge", "{\"from\":\"other\",\"into\":\"main\",\"prepare\":true}");
    String theirs = "{\"name\":\"merge/1\",\"table\":\"bag\",\"take\":\"theirs\"}";
    post("/prepared-resolve", theirs);
    ingest("bag", "", "a\n7\n");

    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("conflicted");
    post("/prepared-resolve", theirs);
    update("main", "name", "'fresh'", "id = 4");
    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("merged");
    ingest("bag", "", "a\n8\n");
    Answer again = act("publish");
    assertThat(again.json().path("outcome").asText()).isEqualTo("prepared-again");
    assertThat(again.json().at("/merge/outcome").asText()).isEqualTo("conflicted");
    assertThat(rows("SELECT a FROM bag ORDER BY a")).isEqualTo("[[2],[7],[8],[11]]");
  }
}
