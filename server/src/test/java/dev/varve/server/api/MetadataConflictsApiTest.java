package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conflicts of metadata and of whole tables, kept, answered one by one, finished and published. */
class MetadataConflictsApiTest extends ApiTest {
  @BeforeEach
  void aTableOnTwoBranches() {
    ingest("fruit", "?key=id", "id,name,price\n1,apple,1\n2,pear,2\n");
    ingest("veg", "?key=id", "id,name\n1,leek\n");
    branch("exp");
  }

  private void alter(String branch, String changes) {
    Answer answer =
        post(
            "/tables/fruit/schema",
            "{\"branch\":\"" + branch + "\",\"changes\":[" + changes + "]}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private void rename(String branch, String column, String to) {
    alter(
        branch, "{\"op\":\"rename-column\",\"column\":\"%s\",\"to\":\"%s\"}".formatted(column, to));
  }

  private void property(String branch, String name, String value) {
    alter(
        branch,
        "{\"op\":\"set-properties\",\"properties\":{\"%s\":\"%s\"}}".formatted(name, value));
  }

  private JsonNode prepare() {
    Answer answer = post("/merge", "{\"from\":\"exp\",\"into\":\"main\",\"prepare\":true}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private Answer act(String verb) {
    return post("/prepared-" + verb, "{\"name\":\"merge/1\"}");
  }

  private Answer resolve(String more) {
    return post("/prepared-resolve", "{\"name\":\"merge/1\"," + more + "}");
  }

  private JsonNode conflicts() {
    return get("/prepared-conflicts/merge/1").json().path("items");
  }

  /** The id of the conflict about a part. */
  private String id(String part) {
    for (JsonNode item : conflicts()) {
      if (item.at("/conflict/choice/part").asText().equals(part)) {
        return item.at("/conflict/choice/id").asText();
      }
    }
    throw new AssertionError("no conflict about " + part + " in " + conflicts());
  }

  private String fruit(String ref) {
    return sql("DESCRIBE FROM fruit", ",\"ref\":\"" + ref + "\"").json().path("rows").toString();
  }

  @Test
  void conflictsAreListedPageByPage() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      property("exp", name, "theirs");
      property("main", name, "ours");
    }
    prepare();
    List<String> all = new ArrayList<>();
    conflicts().forEach(item -> all.add(item.toString()));

    List<String> paged = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get("/prepared-conflicts/merge/1?limit=2" + next).json();
      assertThat(page.path("items").size()).isBetween(1, 2);
      page.path("items").forEach(item -> paged.add(item.toString()));
      next = page.hasNonNull("next") ? "&after=" + page.get("next").asText() : "";
    } while (!next.isEmpty());

    assertThat(all).hasSize(5);
    assertThat(paged).isEqualTo(all);
  }

  @Test
  void eachConflictIsAnsweredByItselfAndTheMergeIsFinished() {
    rename("exp", "name", "label");
    rename("main", "name", "title");
    property("exp", "owner", "bob");
    property("main", "owner", "ada");
    property("exp", "tier", "gold");
    property("main", "tier", "tin");
    String head = get("/branches/main").json().path("commit").asText();

    JsonNode prepared = prepare();

    assertThat(prepared.path("outcome").asText()).isEqualTo("conflicted");
    assertThat(prepared.at("/prepared/conflicts")).hasSize(3);
    server.close();
    startServer();
    assertThat(get("/branches/main").json().path("commit").asText()).isEqualTo(head);
    assertThat(act("publish").message())
        .isEqualTo("cannot publish 'merge/1': 3 conflicts are not resolved");
    JsonNode name = conflicts().get(0).path("conflict");
    assertThat(name.at("/choice/ours").asText()).isEqualTo("'title'");
    assertThat(name.at("/choice/theirs").asText()).isEqualTo("'label'");
    assertThat(name.at("/choice/base").asText()).isEqualTo("'name'");
    assertThat(name.at("/choice/winners").toString())
        .isEqualTo("[\"ours\",\"theirs\",\"base\",\"value\"]");
    assertThat(
            sql(
                    "SELECT part, ours, theirs, take FROM conflicts.metadata ORDER BY part",
                    ",\"ref\":\"merge/1\"")
                .json()
                .path("rows")
                .toString())
        .isEqualTo(
            "[[\"name of column 'name'\",\"'title'\",\"'label'\",null],"
                + "[\"property 'owner'\",\"'ada'\",\"'bob'\",null],"
                + "[\"property 'tier'\",\"'tin'\",\"'gold'\",null]]");

    String caption = "\",\"take\":\"value\",\"value\":\"caption\"";
    assertThat(resolve("\"conflict\":\"" + id("name of column 'name'") + caption).body())
        .isEqualTo("{\"resolved\":1,\"open\":2}");
    resolve("\"conflict\":\"" + id("property 'owner'") + "\",\"take\":\"theirs\"");
    assertThat(act("finish").message())
        .isEqualTo("cannot finish 'merge/1': 1 conflict is not resolved");
    resolve("\"where\":\"part = 'property ''tier'''\",\"take\":\"ours\"");
    JsonNode finished = act("finish").json();

    assertThat(finished.path("outcome").asText()).as(finished.toString()).isEqualTo("merged");
    assertThat(fruit("merge/1")).contains("caption").doesNotContain("title");
    assertThat(act("publish").json().path("outcome").asText()).isEqualTo("published");
    assertThat(rows("SELECT id, caption FROM fruit ORDER BY id"))
        .isEqualTo("[[1,\"apple\"],[2,\"pear\"]]");
    assertThat(get("/tables/fruit").json().path("properties").toString())
        .contains("\"owner\":\"bob\"", "\"tier\":\"tin\"");
    assertThat(post("/fsck?level=files", "").json().path("clean").asBoolean()).isTrue();
    assertThat(prepare().path("outcome").asText()).isEqualTo("up-to-date");
  }

  @Test
  void answersAreKeptWhenFinishingMeetsOtherConflicts() {
    property("exp", "owner", "bob");
    property("main", "owner", "ada");
    update("exp", "10");
    update("main", "11");
    prepare();
    resolve("\"table\":\"fruit\",\"take\":\"theirs\"");

    JsonNode finished = act("finish").json();

    assertThat(finished.path("outcome").asText()).isEqualTo("conflicted");
    assertThat(conflicts()).hasSize(2);
    List<String> said = conflicts().findValuesAsText("take");
    assertThat(said).containsExactly("theirs");
    resolve("\"table\":\"fruit\",\"key\":[\"1\"],\"take\":\"theirs\"");
    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("merged");
    act("publish");
    assertThat(rows("SELECT price FROM fruit WHERE id = 1")).isEqualTo("[[10]]");
    assertThat(get("/tables/fruit").json().path("properties").toString())
        .contains("\"owner\":\"bob\"");
  }

  private void update(String branch, String price) {
    post(
        "/tables/fruit/update",
        "{\"branch\":\"%s\",\"set\":{\"price\":\"%s\"},\"where\":\"id = 1\"}"
            .formatted(branch, price));
  }

  @Test
  void anAnswerCountsOnlyWhileBothSidesAreWhatTheyWere() {
    property("exp", "owner", "bob");
    property("main", "owner", "ada");
    property("exp", "tier", "gold");
    property("main", "tier", "tin");
    prepare();
    resolve("\"take\":\"theirs\"");
    property("main", "owner", "eve");

    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("conflicted");
    assertThat(conflicts()).hasSize(2);
    assertThat(id("property 'owner'")).isNotEmpty();
    assertThat(conflicts().findValuesAsText("open")).containsExactlyInAnyOrder("0", "1");
    resolve("\"where\":\"take IS NULL\",\"take\":\"base\"");
    assertThat(act("finish").json().path("outcome").asText()).isEqualTo("merged");
    act("publish");
    assertThat(get("/tables/fruit").json().path("properties").toString())
        .contains("\"tier\":\"gold\"")
        .doesNotContain("owner");
  }

  @Test
  void wholeTablesAreChosen() {
    delete("/tables/veg?branch=exp");
    post("/tables/veg/update", "{\"set\":{\"name\":\"'LEEK'\"},\"where\":\"id = 1\"}");
    ingest("nuts", "?branch=exp&key=id", "id,name\n1,hazel\n");
    ingest("nuts", "?key=id", "id,kind\n7,pecan\n");
    prepare();

    assertThat(conflicts().findValuesAsText("code"))
        .containsExactlyInAnyOrder("dropped-and-changed", "created-on-both-sides");
    resolve("\"table\":\"veg\",\"take\":\"theirs\"");
    resolve("\"table\":\"nuts\",\"take\":\"value\",\"value\":\"more_nuts\"");
    JsonNode finished = act("finish").json();

    assertThat(finished.path("outcome").asText()).as(finished.toString()).isEqualTo("merged");
    act("publish");
    assertThat(texts(get("/tables"), "name")).containsExactly("fruit", "more_nuts", "nuts");
    assertThat(rows("SELECT * FROM nuts")).isEqualTo("[[7,\"pecan\"]]");
    assertThat(rows("SELECT * FROM more_nuts")).isEqualTo("[[1,\"hazel\"]]");
  }

  @Test
  void aTableRenamedTwiceGetsAGivenName() {
    post("/tables/veg/rename", "{\"to\":\"greens\",\"branch\":\"exp\"}");
    post("/tables/veg/rename", "{\"to\":\"vegetables\"}");
    prepare();

    resolve("\"table\":\"veg\",\"take\":\"value\",\"value\":\"plants\"");
    act("finish");
    act("publish");

    assertThat(texts(get("/tables"), "name")).containsExactly("fruit", "plants");
    assertThat(rows("SELECT * FROM plants")).isEqualTo("[[1,\"leek\"]]");
  }

  @Test
  void aCherryPickAndARevertAreAnsweredAlike() {
    property("main", "owner", "ada");
    property("exp", "owner", "bob");
    Answer picked = post("/cherry-pick", "{\"commit\":\"exp\",\"onto\":\"main\",\"prepare\":true}");
    assertThat(picked.json().path("outcome").asText()).isEqualTo("conflicted");
    resolve("\"table\":\"fruit\",\"take\":\"theirs\"");
    act("finish");
    act("publish");
    assertThat(get("/tables/fruit").json().path("properties").toString())
        .contains("\"owner\":\"bob\"");

    post("/revert", "{\"commit\":\"main~1\",\"branch\":\"main\",\"prepare\":true}");
    String name = texts(get("/prepared"), "name").get(0);
    post(
        "/prepared-resolve", "{\"name\":\"" + name + "\",\"table\":\"fruit\",\"take\":\"theirs\"}");
    post("/prepared-finish", "{\"name\":\"" + name + "\"}");
    post("/prepared-publish", "{\"name\":\"" + name + "\"}");
    assertThat(get("/tables/fruit").json().path("properties").toString()).doesNotContain("owner");
  }

  @Test
  void whatCannotBeSaidIsExplained() {
    rename("exp", "name", "label");
    rename("main", "name", "title");
    delete("/tables/veg?branch=exp");
    post("/tables/veg/update", "{\"set\":{\"name\":\"'LEEK'\"},\"where\":\"id = 1\"}");
    prepare();

    assertThat(resolve("\"conflict\":\"beef\",\"take\":\"ours\"").message())
        .isEqualTo("'merge/1' has no such conflict to be answered: beef");
    assertThat(resolve("\"conflict\":\"" + id("as a whole") + "\",\"take\":\"base\"").message())
        .contains("where 'base' cannot win");
    assertThat(resolve("\"take\":\"value\"").message()).contains("a value wins if one is given");
    assertThat(resolve("\"key\":[\"1\"],\"take\":\"ours\"").message())
        .isEqualTo("a 'key' and a 'column' go with a 'table' alone");
    assertThat(resolve("\"table\":\"nuts\",\"take\":\"ours\"").message())
        .isEqualTo("'merge/1' has no conflicts between rows of 'nuts'");
    resolve("\"take\":\"theirs\"");
    assertThat(resolve("\"take\":\"none\"").json().path("open").asLong()).isEqualTo(2);
    act("abandon");
    assertThat(texts(get("/prepared"), "name")).isEmpty();
  }
}
