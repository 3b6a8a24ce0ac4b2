package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Iceberg engines leave in a lake, seen through the native API. */
class EnginesApiTest extends ApiTest {
  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");
  private static final TableIdentifier RECENT = TableIdentifier.of("sales", "recent");

  private RESTCatalog catalog;

  @BeforeEach
  void connect() {
    commit("main", "sales");
    post(
        "/tables",
        """
        {"name":"sales.orders","schema":{"fields":[{"name":"id","type":"bigint"}]}}
        """);
    catalog = EngineClient.connect(server, "lake");
  }

  @AfterEach
  void disconnect() throws IOException {
    catalog.close();
  }

  @Test
  void reportsOfScansAndCommitsAreShownWithTheirTable() throws IOException {
    Table orders = catalog.loadTable(ORDERS);
    orders.newAppend().commit();
    orders.newScan().filter(Expressions.equal("id", 7)).planFiles().close();

    JsonNode reports = awaitReports(2);
    assertThat(reports.get(0).path("kind").asText()).isEqualTo("scan-report");
    assertThat(reports.get(0).path("files").asLong()).isZero();
    assertThat(reports.get(0).at("/report/filter/term").asText()).isEqualTo("id");
    assertThat(reports.get(1).path("kind").asText()).isEqualTo("commit-report");
    assertThat(reports.get(1).path("ref").asText()).isEqualTo("main");
    assertThat(reports.get(1).path("snapshotId").asLong())
        .isEqualTo(orders.currentSnapshot().snapshotId());
    post("/tables/sales.orders/rename", "{\"to\":\"sold\"}");
    assertThat(get("/tables/sold/metrics").json().get("items")).hasSize(2);
    assertThat(get("/tables/nothing/metrics").code()).isEqualTo("table-not-found");
  }

  /** Iceberg's client sends them in turn from a thread of its own. */
  private JsonNode awaitReports(int count) {
    JsonNode reports;
    do {
      reports = get("/tables/sales.orders/metrics").json().get("items");
    } while (reports.size() < count);
    assertThat(reports).hasSize(count);
    return reports;
  }

  @Test
  void viewsAreListedShownLoggedAndDiffed() {
    catalog
        .buildView(RECENT)
        .withSchema(catalog.loadTable(ORDERS).schema())
        .withDefaultNamespace(Namespace.of("sales"))
        .withQuery("spark", "select id from orders")
        .create();

    assertThat(texts(get("/views"), "name")).containsExactly("sales.recent");
    assertThat(texts(get("/views?namespace=sales"), "name")).containsExactly("sales.recent");
    assertThat(texts(get("/views?namespace=default"), "name")).isEmpty();
    assertThat(texts(get("/views?ref=main~1"), "name")).isEmpty();
    JsonNode view = get("/views/sales.recent").json();
    assertThat(view.at("/texts/0/dialect").asText()).isEqualTo("spark");
    assertThat(view.at("/texts/0/sql").asText()).isEqualTo("select id from orders");
    assertThat(view.at("/schema/fields/0/name").asText()).isEqualTo("id");
    assertThat(view.path("defaultNamespace").asText()).isEqualTo("sales");
    assertThat(texts(get("/tables"), "name")).containsExactly("sales.orders");
    Answer missing = get("/views/sales.orders");
    assertThat(missing.code()).isEqualTo("view-not-found");
    assertThat(missing.json().at("/error/hint").asText()).contains("varve views");
    assertThat(texts(get("/log"), "message")).contains("create view sales.recent");
    JsonNode diff = get("/diff?from=main~1&to=main").json();
    assertThat(diff.at("/items/0/table").asText()).as(diff.toString()).isEqualTo("sales.recent");
    JsonNode shown = get("/commits/main").json();
    assertThat(shown.at("/changes/0/table").asText()).isEqualTo("sales.recent");
  }

  /** Catalogs that show one snapshot of a table break time travel and incremental reads. */
  @Test
  void afterAMergeTheWholeLineageOfTheBranchIsServed() throws IOException {
    Table orders = catalog.loadTable(ORDERS);
    EngineClient.append(orders, Map.of("id", 1L));
    branch("exp");
    EngineClient.append(orders, Map.of("id", 2L));
    try (RESTCatalog exp = EngineClient.connect(server, "lake/exp")) {
      EngineClient.append(exp.loadTable(ORDERS), Map.of("id", 3L));
    }
    assertThat(post("/merge", "{\"from\":\"exp\",\"into\":\"main\"}").status()).isEqualTo(200);

    Table merged = catalog.loadTable(ORDERS);
    List<Long> lineage = SnapshotUtil.currentAncestorIds(merged);
    assertThat(lineage).as("two appends and the merge").hasSize(3);
    assertThat(merged.history()).hasSize(3);
    assertThat(lineage).allSatisfy(id -> assertThat(merged.snapshot(id)).isNotNull());
    assertThat(SnapshotUtil.snapshotIdsBetween(merged, lineage.get(2), lineage.get(0))).hasSize(2);
  }

  @Test
  void aQueryOfAViewSaysWhoCanRunIt() {
    catalog
        .buildView(RECENT)
        .withSchema(catalog.loadTable(ORDERS).schema())
        .withDefaultNamespace(Namespace.of("sales"))
        .withQuery("spark", "select id from orders")
        .create();

    Answer refused = post("/sql", "{\"sql\":\"select * from sales.recent\"}");

    assertThat(refused.json().at("/error/message").asText())
        .as(refused.body())
        .contains("'sales.recent' is a view");
    assertThat(refused.json().at("/error/hint").asText()).contains("spark");
  }
}
