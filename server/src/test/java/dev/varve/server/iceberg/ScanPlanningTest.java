package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scans that the server plans, for Iceberg's own client and on the wire. */
class ScanPlanningTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");
  private static final String PATH = "/v1/lake~main/namespaces/sales/tables/orders";

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;
  private Table orders;

  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    catalog = server.client("lake", Map.of("scan-planning-mode", "server"));
    catalog.createNamespace(Namespace.of("sales"));
    catalog.createTable(ORDERS, TestTables.SCHEMA);
    orders = catalog.loadTable(ORDERS);
    TestTables.append(orders, "a", 1);
    TestTables.append(orders, "b", 2);
  }

  @AfterEach
  void stop() throws IOException {
    catalog.close();
    server.close();
  }

  @Test
  void theClientReadsWhatTheServerPlans() {
    assertThat(orders.newScan().getClass().getSimpleName()).isEqualTo("RESTTableScan");
    assertThat(files(orders.newScan())).containsExactlyInAnyOrder("a", "b");
    long first = orders.snapshots().iterator().next().snapshotId();
    assertThat(files(orders.newScan().useSnapshot(first))).containsExactly("a");
    assertThat(files(orders.newScan().filter(Expressions.alwaysFalse()))).isEmpty();
  }

  @Test
  void refsOfTheCatalogArePlannedToo() {
    server.tag("v1.0", "main~1");
    server.branch("exp", "main");
    TestTables.append(server.client("lake/exp").loadTable(ORDERS), "c", 1);
    orders.refresh();

    assertThat(files(orders.newScan().useRef("v1.0"))).containsExactly("a");
    assertThat(files(orders.newScan().useRef("exp"))).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void deletesComeWithTheFilesTheyApplyTo() {
    DeleteFile deletes =
        FileMetadata.deleteFileBuilder(orders.spec())
            .ofPositionDeletes()
            .withPath(orders.locationProvider().newDataLocation("d.parquet"))
            .withFileSizeInBytes(10)
            .withRecordCount(1)
            .build();
    orders.newRowDelta().addDeletes(deletes).commit();

    try (CloseableIterable<FileScanTask> tasks = orders.newScan().planFiles()) {
      assertThat(tasks)
          .hasSize(2)
          .allSatisfy(task -> assertThat(task.deletes()).hasSize(1))
          .allSatisfy(task -> assertThat(task.spec().isUnpartitioned()).isTrue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatDoesNotFitAnAnswerIsFetchedInParts() throws IOException {
    appendMany(2 * Plans.PART);

    assertThat(files(orders.newScan())).doesNotHaveDuplicates().hasSize(2 * Plans.PART + 2);
    JsonNode plan = plan("{}");
    assertThat(plan.get("status").asText()).isEqualTo("completed");
    assertThat(plan.get("file-scan-tasks")).hasSize(Plans.PART);
    assertThat(plan.get("plan-tasks")).hasSize(2);
    JsonNode again = JSON.readTree(server.get(planPath(plan)).body());
    assertThat(again.get("file-scan-tasks")).isEqualTo(plan.get("file-scan-tasks"));
    String last = plan.get("plan-tasks").get(1).asText();
    JsonNode part = JSON.readTree(fetch(last).body());
    assertThat(part.get("file-scan-tasks")).hasSize(2);
    assertThat(fetch(last).statusCode()).as("may be fetched again").isEqualTo(200);

    assertThat(server.send("DELETE", planPath(plan), "").statusCode()).isEqualTo(204);
    assertError(fetch(last), 404, "NoSuchPlanTaskException");
    assertError(server.get(planPath(plan)), 404, "NoSuchPlanIdException");
    assertError(server.send("DELETE", planPath(plan), ""), 404, "NoSuchPlanIdException");
  }

  @Test
  void aPlanThatFitsAnAnswerHoldsNothing() throws IOException {
    JsonNode plan = plan("{\"case-sensitive\":false,\"select\":[\"ID\"]}");

    assertThat(plan.get("file-scan-tasks")).hasSize(2);
    assertThat(plan.has("plan-id")).isFalse();
    assertThat(plan.has("plan-tasks")).isFalse();
  }

  @Test
  void anIncrementalScanBeginsAfterItsStart() throws IOException {
    long first = orders.snapshots().iterator().next().snapshotId();
    long second = orders.currentSnapshot().snapshotId();

    JsonNode added =
        plan("{\"start-snapshot-id\":%d,\"end-snapshot-id\":%d}".formatted(first, second));

    assertThat(added.get("file-scan-tasks")).hasSize(1);
    assertThat(added.at("/file-scan-tasks/0/data-file/file-path").asText()).endsWith("b.parquet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/plan  | {\"snapshot-id\":7} | 400 | BadRequestException",
        "/plan  | {\"snapshot-id\":7,\"start-snapshot-id\":1,\"end-snapshot-id\":2} | 400 | BadRequestException",
        "/plan  | {\"start-snapshot-id\":1} | 400 | BadRequestException",
        "/plan  | {\"filter\":{\"type\":\"eq\",\"term\":\"no\",\"value\":1}} | 400 | ValidationException",
        "/plan  | {not json | 400 | BadRequestException",
        "/tasks | {\"plan-task\":\"x\"} | 404 | NoSuchPlanTaskException",
        "/tasks | {\"plan-task\":\"3f2a91c0-0000-0000-0000-000000000000.1\"} | 404 | NoSuchPlanTaskException",
        "/tasks | {} | 400 | BadRequestException"
      })
  void refusesAsSpecified(String path, String body, int status, String type) throws IOException {
    assertError(server.send("POST", PATH + path, body), status, type);
  }

  @Test
  void aScanOfNoTableIsRefused() throws IOException {
    assertError(
        server.send("POST", PATH.replace("orders", "no") + "/plan", "{}"),
        404,
        "NoSuchTableException");
    catalog.dropTable(ORDERS);
    assertThatThrownBy(() -> files(orders.newScan())).hasMessageContaining("sales.orders");
  }

  private void appendMany(int files) {
    AppendFiles append = orders.newAppend();
    for (int i = 0; i < files; i++) {
      append.appendFile(TestTables.file(orders, "f" + i, 1));
    }
    append.commit();
  }

  private JsonNode plan(String body) throws IOException {
    HttpResponse<String> response = server.send("POST", PATH + "/plan", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static String planPath(JsonNode plan) {
    return PATH + "/plan/" + plan.get("plan-id").asText();
  }

  private HttpResponse<String> fetch(String task) {
    return server.send("POST", PATH + "/tasks", "{\"plan-task\":\"" + task + "\"}");
  }

  private static void assertError(HttpResponse<String> response, int status, String type)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).at("/error/type").asText()).isEqualTo(type);
  }

  private static List<String> files(TableScan scan) {
    List<String> names = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        String path = task.file().location();
        names.add(path.substring(path.lastIndexOf('/') + 1).replace(".parquet", ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }
}
