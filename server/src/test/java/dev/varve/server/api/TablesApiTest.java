package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TablesApiTest extends ApiTest {
  private static final String ORDERS =
      """
      {"name":"orders","schema":{"fields":[
        {"name":"id","type":"bigint"},
        {"name":"day","type":"date","doc":"when"},
        {"name":"tags","type":"varchar[]"}]},
       "partitionBy":["month(day)"],"sortBy":["day desc"],"key":["id"],
       "tableProperties":{"owner":"ada"},"author":"Ada","message":"begin"}
      """;

  private Answer createOrders() {
    return post("/tables", ORDERS);
  }

  @Test
  void aTableIsCreatedAsItIsDescribed() {
    Answer created = createOrders();
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    assertThat(created.json().path("created").asBoolean()).isTrue();
    assertThat(created.json().at("/commit/message").asText()).isEqualTo("begin");
    JsonNode table = get("/tables/orders").json();
    assertThat(table.path("name").asText()).isEqualTo("orders");
    assertThat(table.path("commit").asText()).isEqualTo(created.json().at("/commit/id").asText());
    assertThat(table.at("/schema/fields").toString())
        .isEqualTo(
            "[{\"id\":1,\"name\":\"id\",\"type\":\"bigint\",\"required\":true},"
                + "{\"id\":2,\"name\":\"day\",\"type\":\"date\",\"required\":false,\"doc\":\"when\"},"
                + "{\"id\":3,\"name\":\"tags\",\"type\":\"varchar[]\",\"required\":false}]");
    assertThat(table.path("partitionBy").toString()).isEqualTo("[\"month(day)\"]");
    assertThat(table.path("sortBy").toString()).isEqualTo("[\"day desc\"]");
    assertThat(table.path("key").toString()).isEqualTo("[\"id\"]");
    assertThat(table.at("/properties/owner").asText()).isEqualTo("ada");
    assertThat(table.path("rows").asLong()).isZero();
    assertThat(table.path("formatVersion").asInt()).isEqualTo(2);
    assertThat(table.path("metadataLocation").asText()).startsWith("file:").endsWith(".json");
    assertThat(get("/tables/orders/files").json().path("items").size()).isZero();
  }

  @Test
  void aRenamedTableKeepsItsIdAndADroppedOneIsStillThereBefore() {
    createOrders();
    String id = get("/tables/orders").json().path("id").asText();
    commit("main", "sales");
    assertThat(post("/tables/orders/rename", "{\"to\":\"sales.sold\"}").status()).isEqualTo(200);
    assertThat(get("/tables/sales.sold").json().path("id").asText()).isEqualTo(id);
    Answer missing = get("/tables/sales.sld");
    assertThat(missing.code()).isEqualTo("table-not-found");
    assertThat(missing.json().at("/error/message").asText())
        .isEqualTo("table 'sales.sld' does not exist at 'main'");
    assertThat(missing.json().at("/error/hint").asText()).isEqualTo("did you mean 'sales.sold'?");
    assertThat(texts(get("/tables"), "name")).containsExactly("sales.sold");
    assertThat(texts(get("/tables?namespace=sales"), "name")).containsExactly("sales.sold");
    assertThat(texts(get("/tables?namespace=default"), "name")).isEmpty();
    Answer dropped = delete("/tables/sales.sold?message=away");
    assertThat(dropped.json().at("/commit/message").asText()).isEqualTo("away");
    assertThat(texts(get("/tables"), "name")).isEmpty();
    assertThat(get("/tables/sales.sold?ref=main~1").json().path("id").asText()).isEqualTo(id);
    assertThat(texts(get("/log?table=sales.sold"), "message"))
        .containsExactly("away", "rename table orders to sales.sold");
  }

  @Test
  void aTableOnABranchIsNotOnMain() {
    branch("exp");
    post("/tables", ORDERS.replace("\"author\"", "\"branch\":\"exp\",\"author\""));
    assertThat(texts(get("/tables"), "name")).isEmpty();
    assertThat(texts(get("/tables?ref=exp"), "name")).containsExactly("orders");
  }

  @Test
  void namesWithOddCharactersArriveAsTheyAre() {
    String body = ORDERS.replace("\"orders\"", "\"\\\"a/b c%d+e\\\"\"");
    assertThat(post("/tables", body).status()).isEqualTo(201);
    String name = texts(get("/tables"), "name").get(0);
    assertThat(name).isEqualTo("\"a/b c%d+e\"");
    assertThat(get("/tables/" + encoded(name).replace("+", "%20")).json().path("name").asText())
        .isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":\"t\",\"schema\":{\"fields\":[]}} | invalid-body",
        "{\"name\":\"t\"} | invalid-body",
        "{\"name\":\"t\",\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"nonsense\"}]}} | invalid-request",
        "{\"name\":\"t\",\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]},\"key\":[\"b\"]} | column-not-found",
        "{\"name\":\"no.such\",\"schema\":{\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}} | namespace-not-found",
      })
  void aTableThatCannotBeIsRefused(String body, String code) {
    Answer answer = post("/tables", body);
    assertThat(answer.code()).as(answer.body()).isEqualTo(code);
    assertThat(texts(get("/log"), "id")).hasSize(1);
  }

  @Test
  void aNameIsTakenOnce() {
    createOrders();
    assertThat(createOrders().code()).isEqualTo("table-exists");
  }
}
