package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/**
 * Two branches add different columns at the same time and are merged: both columns are there, with
 * the values that each was given.
 *
 * <p>Where each branch hands out ids on its own, both columns get one id, and their files cannot
 * live in one table.
 */
class ColumnsAcrossBranchesTest extends ApiTest {
  private static final TableIdentifier ORDERS = TableIdentifier.of("default", "orders");
  private static final String MERGED =
      "[[1,null,null],[2,7,null],[3,null,\"late\"],[4,8,null],[5,null,\"early\"]]";

  @Test
  void addedByIcebergClients() throws IOException {
    ingest("orders", "?format=csv", "id\n1\n");
    branch("exp");
    try (RESTCatalog main = EngineClient.connect(server, "lake");
        RESTCatalog exp = EngineClient.connect(server, "lake/exp")) {
      CompletableFuture<Void> ours =
          CompletableFuture.runAsync(
              () -> {
                add(main.loadTable(ORDERS), "price", Types.LongType.get());
                EngineClient.append(main.loadTable(ORDERS), Map.of("id", 2L, "price", 7L));
                EngineClient.append(main.loadTable(ORDERS), Map.of("id", 4L, "price", 8L));
              });
      add(exp.loadTable(ORDERS), "note", Types.StringType.get());
      EngineClient.append(exp.loadTable(ORDERS), Map.of("id", 3L, "note", "late"));
      EngineClient.append(exp.loadTable(ORDERS), Map.of("id", 5L, "note", "early"));
      ours.join();

      requireMerged();
      assertThat(main.loadTable(ORDERS).schema().columns())
          .extracting(Types.NestedField::fieldId)
          .doesNotHaveDuplicates()
          .hasSize(3);
    }
  }

  @Test
  void addedByVarveItself() {
    ingest("orders", "?format=csv", "id\n1\n");
    branch("exp");
    CompletableFuture<Void> ours =
        CompletableFuture.runAsync(
            () -> {
              add("main", "price", "bigint");
              ingest("orders", "?format=csv", "id,price\n2,7\n4,8\n");
            });
    add("exp", "note", "varchar");
    ingest("orders", "?format=csv&branch=exp", "id,note\n3,late\n5,early\n");
    ours.join();

    requireMerged();
  }

  @Test
  void addedByAnIcebergClientOnOneSideAndByVarveOnTheOther() throws IOException {
    ingest("orders", "?format=csv", "id\n1\n");
    branch("exp");
    try (RESTCatalog main = EngineClient.connect(server, "lake")) {
      Table loadedBefore = main.loadTable(ORDERS);
      add("exp", "note", "varchar");
      ingest("orders", "?format=csv&branch=exp", "id,note\n3,late\n5,early\n");
      add(loadedBefore, "price", Types.LongType.get());
      EngineClient.append(loadedBefore, Map.of("id", 2L, "price", 7L));
      EngineClient.append(loadedBefore, Map.of("id", 4L, "price", 8L));

      requireMerged();
    }
  }

  private void requireMerged() {
    Answer merged = post("/merge", "{\"from\":\"exp\",\"into\":\"main\"}");
    assertThat(merged.status()).as(merged.body()).isEqualTo(200);
    assertThat(rows("select id, price, note from orders order by id")).isEqualTo(MERGED);
    List<Integer> ids =
        get("/tables/orders").json().at("/schema/fields").findValues("id").stream()
            .map(id -> id.intValue())
            .toList();
    assertThat(ids).doesNotHaveDuplicates().hasSize(3);
  }

  private void add(String branch, String column, String type) {
    Answer added =
        post(
            "/tables/orders/schema",
            "{\"branch\":\"%s\",\"changes\":[{\"op\":\"add-column\",\"column\":\"%s\",\"type\":\"%s\"}]}"
                .formatted(branch, column, type));
    assertThat(added.status()).as(added.body()).isEqualTo(200);
  }

  /** As an engine does: when its ids are taken, it reads the table again and hands out others. */
  private static void add(Table table, String column, Type type) {
    for (int attempt = 1; ; attempt++) {
      try {
        table.updateSchema().addColumn(column, type).commit();
        return;
      } catch (CommitFailedException e) {
        assertThat(attempt).as(e.getMessage()).isLessThan(5);
        table.refresh();
      }
    }
  }
}
