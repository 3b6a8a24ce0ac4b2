package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import dev.varve.server.http.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsApiTest extends ApiTest {
  private static final String CSV = "id,name,price\n1,apple,1.5\n2,pear,2.25\n3,plum,0.75\n";

  @Test
  void aFileIsIngestedAndQueried() {
    Answer ingested =
        ingest("fruit", "?key=id&sortBy=name&author=Ada&message=fruit&property=run%3D7", CSV);
    assertThat(ingested.status()).as(ingested.body()).isEqualTo(200);
    JsonNode result = ingested.json();
    assertThat(result.path("created").asBoolean()).isTrue();
    assertThat(result.path("rows").asLong()).isEqualTo(3);
    assertThat(result.at("/commit/message").asText()).isEqualTo("fruit");
    assertThat(result.at("/commit/author").asText()).isEqualTo("Ada");
    assertThat(result.at("/commit/properties/run").asText()).isEqualTo("7");
    assertThat(rows("SELECT name FROM fruit WHERE price > 1 ORDER BY id"))
        .isEqualTo("[[\"apple\"],[\"pear\"]]");
    JsonNode table = get("/tables/fruit").json();
    assertThat(table.path("key").toString()).isEqualTo("[\"id\"]");
    assertThat(table.path("rows").asLong()).isEqualTo(3);
    assertThat(get("/tables/fruit/files").json().at("/items/0/rows").asLong()).isEqualTo(3);
    assertThat(get("/tables/fruit/files").json().at("/items/0/content").asText()).isEqualTo("data");
  }

  @Test
  void progressIsToldAndTheLastLineIsTheResult() {
    Answer answer = ingest("fruit", "", CSV, "Accept", "application/x-ndjson");
    List<JsonNode> lines = answer.body().lines().map(RowsApiTest::json).toList();
    assertThat(lines).hasSizeGreaterThan(1);
    assertThat(lines.subList(0, lines.size() - 1))
        .allSatisfy(line -> assertThat(line.path("phase").asText()).isNotEmpty());
    assertThat(lines.get(lines.size() - 1).at("/result/rows").asLong()).isEqualTo(3);
  }

  @Test
  void anErrorIsTheLastLineWhereProgressIsTold() {
    Answer answer = ingest("fruit", "?format=parquet", CSV, "Accept", "application/x-ndjson");
    List<JsonNode> lines = answer.body().lines().map(RowsApiTest::json).toList();
    JsonNode last = lines.get(lines.size() - 1);
    assertThat(last.at("/error/code").asText()).isNotEmpty();
    assertThat(last.at("/error/requestId").asText()).isNotEmpty();
    assertThat(texts(get("/tables"), "name")).isEmpty();
  }

  private static JsonNode json(String line) {
    try {
      return Json.tree().readTree(line);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aRowThatDoesNotFitLeavesNothingBehind() {
    ingest("fruit", "?format=csv", CSV);
    String head = get("/branches/main").json().path("commit").asText();
    Answer answer = ingest("fruit", "?format=csv", "id,name,price\n4,kiwi,1\nfour,fig,2\n");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("four");
    assertThat(get("/branches/main").json().path("commit").asText()).isEqualTo(head);
  }

  @Test
  void aRetriedIngestWithItsKeyIsDoneOnce() {
    Answer first =
        ingest("fruit", "", CSV, "Idempotency-Key", "k", "Accept", "application/x-ndjson");
    Answer again =
        ingest("fruit", "", CSV, "Idempotency-Key", "k", "Accept", "application/x-ndjson");
    assertThat(again.header("idempotency-replayed")).contains("true");
    assertThat(first.body()).endsWith(again.body());
    assertThat(rows("SELECT count(*) FROM fruit")).isEqualTo("[[3]]");
  }

  @Test
  void rowsAreDeletedUpdatedAndUpserted() {
    ingest("fruit", "?key=id", CSV);
    JsonNode deleted = post("/tables/fruit/delete", "{\"where\":\"id = 3\"}").json();
    assertThat(deleted.path("rowsRemoved").asLong()).isEqualTo(1);
    JsonNode updated =
        post(
                "/tables/fruit/update",
                "{\"set\":{\"price\":\"price * 2\"},\"where\":\"name = 'pear'\"}")
            .json();
    assertThat(updated.path("rowsAdded").asLong()).as(updated.toString()).isEqualTo(1);
    JsonNode upserted =
        ingest("fruit", "?mode=upsert", "id,name,price\n1,apple,9\n7,fig,7\n").json();
    assertThat(upserted.path("rows").asLong()).as(upserted.toString()).isEqualTo(2);
    assertThat(rows("SELECT id, price FROM fruit ORDER BY id"))
        .isEqualTo("[[1,9.0],[2,4.5],[7,7.0]]");
    assertThat(post("/tables/fruit/delete", "{\"where\":\"nonsense >\"}").status()).isEqualTo(400);
    JsonNode diff = get("/diff?from=main~1&to=main&rows=true").json().at("/items/0/rows");
    assertThat(diff.path("changed").asLong()).as(diff.toString()).isEqualTo(1);
    assertThat(diff.path("added").asLong()).isEqualTo(1);
    assertThat(diff.path("filesRead").asLong()).isEqualTo(2);
    assertThat(diff.path("summary").toString())
        .isEqualTo("[{\"column\":\"price\",\"changed\":1,\"toNull\":0,\"fromNull\":0}]");
    assertThat(diff.at("/columns/0/name").asText()).isEqualTo("id");
    assertThat(diff.at("/items/0/after").size()).isEqualTo(3);
  }

  @Test
  void aTableChangesItsShape() {
    ingest("fruit", "", CSV);
    Answer altered =
        post(
            "/tables/fruit/schema",
            "{\"changes\":[{\"op\":\"add-column\",\"column\":\"colour\",\"type\":\"varchar\"},"
                + "{\"op\":\"rename-column\",\"column\":\"price\",\"to\":\"cost\"},"
                + "{\"op\":\"drop-column\",\"column\":\"name\"}]}");
    assertThat(altered.status()).as(altered.body()).isEqualTo(200);
    assertThat(rows("SELECT * FROM fruit WHERE id = 1")).isEqualTo("[[1,1.5,null]]");
    assertThat(get("/commits/main").json().at("/changes/0/schema").toString())
        .isEqualTo(
            "[\"dropped 'name' string\",\"renamed 'price' to 'cost'\",\"added 'colour' string\"]");
    assertThat(
            post("/tables/fruit/schema", "{\"changes\":[{\"op\":\"ad-column\",\"column\":\"x\"}]}")
                .hint())
        .isEqualTo("did you mean 'add-column'?");
    assertThat(
            post("/tables/fruit/schema", "{\"changes\":[{\"op\":\"add-column\",\"column\":\"x\"}]}")
                .message())
        .isEqualTo("cannot read the body: 'add-column' needs the field 'type'");
  }

  @Test
  void aQueryReadsAnyState() {
    ingest("fruit", "", CSV);
    post("/tags", "{\"name\":\"v1\"}");
    post("/tables/fruit/delete", "{\"where\":\"id > 1\"}");
    assertThat(rows("SELECT count(*) FROM fruit")).isEqualTo("[[1]]");
    assertThat(sql("SELECT count(*) FROM fruit", ",\"ref\":\"v1\"").json().path("rows").toString())
        .isEqualTo("[[3]]");
    assertThat(
            rows("SELECT (SELECT count(*) FROM fruit), count(*) FROM fruit AT (VERSION => 'v1')"))
        .isEqualTo("[[1,3]]");
  }

  @ParameterizedTest
  @CsvSource({
    "csv, text/csv, 'id\n1\n2\n3\n'",
    "jsonl, application/x-ndjson, '{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n'",
  })
  void rowsAreWrittenAsAskedFor(String format, String type, String body) {
    ingest("fruit", "", CSV);
    Answer answer = sql("SELECT id FROM fruit ORDER BY id", ",\"format\":\"" + format + "\"");
    assertThat(answer.header("content-type").orElseThrow()).startsWith(type);
    assertThat(answer.body().replace("\r", "")).isEqualTo(body);
  }

  @Test
  void rowsAreWrittenAsParquetToo() {
    ingest("fruit", "", CSV);
    Answer answer = sql("SELECT * FROM fruit", ",\"format\":\"parquet\"");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("content-type")).contains("application/vnd.apache.parquet");
    assertThat(answer.body()).startsWith("PAR1").endsWith("PAR1").contains("apple");
  }

  @Test
  void aQueryHasItsLimits() {
    ingest("fruit", "", CSV);
    Answer some = sql("SELECT id FROM fruit ORDER BY id", ",\"maxRows\":2");
    assertThat(some.json().path("rows").size()).isEqualTo(2);
    assertThat(some.json().path("truncated").asBoolean()).isTrue();
    assertThat(sql("SELECT 1", ",\"timeoutSeconds\":0").code()).isEqualTo("invalid-body");
    Answer slow =
        sql(
            "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 3",
            ",\"timeoutSeconds\":1");
    assertThat(slow.code()).as(slow.body()).isEqualTo("query-timeout");
    assertThat(slow.status()).isEqualTo(408);
  }

  @ParameterizedTest
  @CsvSource({
    "SELEC 1, 400",
    "SELECT * FROM nowhere, 404",
    "SELECT 1 + , 400",
    "DROP TABLE fruit, 400",
    "'SELECT * FROM read_csv(''/etc/passwd'')', 403",
  })
  void aQueryThatMayNotRunIsRefusedBeforeAnyRow(String text, int status) {
    Answer answer = sql(text, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("content-type").orElseThrow()).startsWith("application/json");
    assertThat(answer.code()).isNotEmpty();
  }

  @Test
  void aTableIsCreatedFromAQuery() {
    ingest("fruit", "", CSV);
    Answer created =
        post(
            "/tables",
            "{\"name\":\"cheap\",\"as\":\"SELECT id, name FROM fruit WHERE price < 2\",\"key\":[\"id\"]}");
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    assertThat(created.json().path("rows").asLong()).isEqualTo(2);
    assertThat(created.json().path("created").asBoolean()).isTrue();
    assertThat(rows("SELECT name FROM cheap ORDER BY id")).isEqualTo("[[\"apple\"],[\"plum\"]]");
    assertThat(get("/tables/cheap").json().path("key").toString()).isEqualTo("[\"id\"]");
    assertThat(post("/tables", "{\"name\":\"cheap\",\"as\":\"SELECT 1 AS a\"}").code())
        .isEqualTo("table-exists");
    assertThat(post("/tables", "{\"name\":\"x\",\"as\":\"SELECT nothing\"}").status())
        .isEqualTo(400);
    assertThat(texts(get("/tables"), "name")).containsExactly("cheap", "fruit");
  }

  @Test
  void appendsOnTwoBranchesMergeWithoutRewriting() {
    ingest("fruit", "", CSV);
    branch("exp");
    ingest("fruit", "?branch=exp", "id,name,price\n4,kiwi,1.0\n");
    ingest("fruit", "", "id,name,price\n5,fig,2.0\n");
    JsonNode merged = post("/merge", "{\"from\":\"exp\",\"into\":\"main\"}").json();
    assertThat(merged.at("/tables/0/level").asText()).as(merged.toString()).isEqualTo("files");
    assertThat(rows("SELECT id FROM fruit ORDER BY id")).isEqualTo("[[1],[2],[3],[4],[5]]");
  }
}
