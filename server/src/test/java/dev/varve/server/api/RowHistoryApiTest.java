package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowHistoryApiTest extends ApiTest {
  @BeforeEach
  void aRowWithAHistory() {
    ingest(
        "price", "?key=item,day&message=load", "item,day,eur\n1,2026-11-01,2.5\n2,2026-11-01,3\n");
    update("eur = 4", "item = 1");
    update("eur = 5", "item = 2");
  }

  private void update(String set, String where) {
    String[] parts = set.split(" = ", -1);
    post(
        "/tables/price/update",
        "{\"set\":{\"%s\":\"%s\"},\"where\":\"%s\",\"message\":\"%s\"}"
            .formatted(parts[0], parts[1], where, set));
  }

  @Test
  void cellsAreBlamed() {
    Answer blame = get("/tables/price/blame?key=item%3D1&key=day%3D2026-11-01");

    assertThat(blame.status()).as(blame.body()).isEqualTo(200);
    JsonNode eur = blame.json().at("/cells/2");
    assertThat(eur.path("value").toString()).isEqualTo("4.0");
    assertThat(eur.at("/commit/message").asText()).isEqualTo("eur = 4");
    assertThat(blame.json().at("/cells/0/commit/message").asText()).isEqualTo("load");
  }

  @Test
  void theLogOfARowIsPaged() {
    String path = "/tables/price/log?key=item%3D1&key=day%3D2026-11-01&limit=1";
    Answer first = get(path);
    Answer second = get(path + "&after=" + first.json().path("next").asText());

    assertThat(first.json().at("/items/0/kind").asText()).isEqualTo("changed");
    assertThat(first.json().at("/items/0/columns").toString()).isEqualTo("[\"eur\"]");
    assertThat(first.json().at("/items/0/before/eur").asDouble()).isEqualTo(2.5);
    assertThat(second.json().at("/items/0/kind").asText()).isEqualTo("added");
    assertThat(second.json().at("/items/0/before").isMissingNode()).isTrue();
  }

  @Test
  void aKeyThatLacksAColumnIsExplained() {
    Answer answer = get("/tables/price/blame?key=item%3D1");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message())
        .isEqualTo("cannot read the key of a row of 'price': 'day' is missing");
    assertThat(get("/tables/price/blame?key=item%3Dx&key=day%3D2026-11-01").message())
        .isEqualTo("'x' is no value of the key column 'item', whose type is long");
  }
}
