package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Merges of what an engine upserts, as Flink does: it deletes rows by their keys, unread, and
 * appends them anew.
 */
class EqualityDeletesTest extends ApiTest {
  private static final TableIdentifier FRUIT = TableIdentifier.of("default", "fruit");
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Types.NestedField.required(1, "id", Types.LongType.get()),
              Types.NestedField.optional(2, "name", Types.StringType.get()),
              Types.NestedField.optional(3, "price", Types.LongType.get())),
          Set.of(1));

  /** Where rows were not upserted they are changed by Varve, which writes their files anew. */
  @ParameterizedTest
  @CsvSource({
    "2, base", "2, ours", "2, theirs", "2, base ours theirs",
    "3, base", "3, ours", "3, theirs", "3, base ours theirs"
  })
  void areMergedRowByRow(int version, String upserted) throws IOException {
    try (RESTCatalog main = EngineClient.connect(server, "lake")) {
      Table fruit =
          main.buildTable(FRUIT, SCHEMA)
              .withProperty("format-version", Integer.toString(version))
              .create();
      List<Map<String, Object>> rows = new ArrayList<>();
      for (long id = 1; id <= 6; id++) {
        rows.add(row(id, "fruit" + id, id));
      }
      EngineClient.append(fruit, rows);

      edit("main", upserted.contains("base"), 1, List.of(row(6, "fig", 60)));
      branch("exp");
      edit("exp", upserted.contains("theirs"), 2, List.of(row(3, "fruit3", 30), row(1, "new", 10)));
      edit("main", upserted.contains("ours"), 4, List.of(row(3, "pear", 3)));
      Answer merged = post("/merge", "{\"from\":\"exp\",\"into\":\"main\"}");

      assertThat(merged.json().at("/tables/0/level").asText()).as(merged.body()).isEqualTo("rows");
      assertThat(rows("SELECT id, name, price FROM fruit ORDER BY id"))
          .isEqualTo("[[1,\"new\",10],[3,\"pear\",30],[5,\"fruit5\",5],[6,\"fig\",60]]");
      assertThat(EngineClient.rows(main.loadTable(FRUIT)))
          .containsExactlyInAnyOrder("1|new|10", "3|pear|30", "5|fruit5|5", "6|fig|60");
    }
  }

  private static Map<String, Object> row(long id, String name, long price) {
    return Map.of("id", id, "name", name, "price", price);
  }

  /** Removes a row, and has others instead of those with their keys. */
  private void edit(String branch, boolean upsert, long removed, List<Map<String, Object>> rows)
      throws IOException {
    if (upsert) {
      upsert(branch, removed, rows);
      return;
    }
    delete(branch, removed);
    for (Map<String, Object> row : rows) {
      delete(branch, (long) row.get("id"));
      Answer added =
          ingest(
              "fruit",
              "?format=csv&branch=" + branch,
              "id,name,price\n%s,%s,%s\n"
                  .formatted(row.get("id"), row.get("name"), row.get("price")));
      assertThat(added.status()).as(added.body()).isLessThan(300);
    }
  }

  private void upsert(String branch, long removed, List<Map<String, Object>> rows)
      throws IOException {
    try (RESTCatalog catalog = EngineClient.connect(server, "lake/" + branch)) {
      Table fruit = catalog.loadTable(FRUIT);
      List<Object> ids = new ArrayList<>(List.of(removed));
      rows.forEach(row -> ids.add(row.get("id")));
      RowDelta delta = fruit.newRowDelta();
      delta.addDeletes(EngineClient.equalityDeletes(fruit, "id", ids));
      delta.addRows(EngineClient.file(fruit, rows));
      delta.commit();
      assertThat(fruit.currentSnapshot().summary())
          .containsEntry("added-equality-delete-files", "1");
    }
  }

  private void delete(String branch, long id) {
    Answer deleted =
        post(
            "/tables/fruit/delete",
            "{\"branch\":\"%s\",\"where\":\"id = %d\"}".formatted(branch, id));
    assertThat(deleted.status()).as(deleted.body()).isLessThan(300);
  }
}
