package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire: statuses, error types, tags, pages, and what a commit may say. */
class IcebergProtocolTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SALES = "/v1/lake~main/namespaces/sales";
  private static final String ORDERS_PATH = SALES + "/tables/orders";
  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    catalog = server.client("lake");
    catalog.createNamespace(Namespace.of("sales"));
    catalog.createTable(ORDERS, TestTables.SCHEMA);
  }

  @AfterEach
  void stop() throws IOException {
    catalog.close();
    server.close();
  }

  @Test
  void theConfigListsExactlyWhatIsOffered() throws IOException {
    JsonNode config = JSON.readTree(server.get("/v1/config?warehouse=lake").body());

    assertThat(config.at("/overrides/prefix").asText()).isEqualTo("lake~main");
    assertThat(config.get("idempotency-key-lifetime").asText()).isEqualTo("PT1H");
    List<String> endpoints =
        JSON.convertValue(
            config.get("endpoints"),
            JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    assertThat(endpoints)
        .containsExactlyInAnyOrder(
            "GET /v1/{prefix}/namespaces",
            "POST /v1/{prefix}/namespaces",
            "GET /v1/{prefix}/namespaces/{namespace}",
            "HEAD /v1/{prefix}/namespaces/{namespace}",
            "DELETE /v1/{prefix}/namespaces/{namespace}",
            "POST /v1/{prefix}/namespaces/{namespace}/properties",
            "GET /v1/{prefix}/namespaces/{namespace}/tables",
            "POST /v1/{prefix}/namespaces/{namespace}/tables",
            "POST /v1/{prefix}/namespaces/{namespace}/register",
            "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/unregister",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan",
            "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}",
            "DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}",
            "POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks",
            "POST /v1/{prefix}/tables/rename",
            "GET /v1/{prefix}/namespaces/{namespace}/views",
            "POST /v1/{prefix}/namespaces/{namespace}/views",
            "POST /v1/{prefix}/namespaces/{namespace}/register-view",
            "GET /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "HEAD /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "POST /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}",
            "POST /v1/{prefix}/views/rename",
            "POST /v1/{prefix}/transactions/commit");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /v1/lake~main/namespaces/no/tables/orders, 404, NoSuchTableException",
    "GET,    /v1/lake~main/namespaces/sales/tables/no,  404, NoSuchTableException",
    "HEAD,   /v1/lake~main/namespaces/sales/tables/no,  404,",
    "HEAD,   /v1/lake~main/namespaces/sales/tables/orders, 204,",
    "GET,    /v1/lake~main/namespaces/no,               404, NoSuchNamespaceException",
    "HEAD,   /v1/lake~main/namespaces/no,               404,",
    "HEAD,   /v1/lake~main/namespaces/sales,            204,",
    "GET,    /v1/lake~main/namespaces/no/tables,        404, NoSuchNamespaceException",
    "GET,    /v1/lake~main/namespaces?parent=no,        404, NoSuchNamespaceException",
    "DELETE, /v1/lake~main/namespaces/no,               404, NoSuchNamespaceException",
    "DELETE, /v1/lake~main/namespaces/sales,            409, NamespaceNotEmptyException",
    "DELETE, /v1/lake~main/namespaces/sales/tables/no,  404, NoSuchTableException",
    "DELETE, /v1/lake~main/namespaces/sales/tables/no?purgeRequested=true, 404, NoSuchTableException",
    "GET,    /v1/lake~main/namespaces?pageSize=x,       400, BadRequestException",
    "GET,    /v1/lake~main/namespaces/sales/tables/orders?snapshots=some, 400, BadRequestException",
    "GET,    /v1/LAKE/namespaces,                       400, BadRequestException",
    "GET,    /v1/lake~gone/namespaces,                  404, NotFoundException",
    "GET,    /v1/pond~main/namespaces,                  404, NotFoundException",
    "GET,    /v1/config?warehouse=pond,                 404, NoSuchWarehouseException",
    "GET,    /v1/lake~main/namespaces/no/views,         404, NoSuchNamespaceException",
    "GET,    /v1/lake~main/namespaces/sales/views/no,   404, NoSuchViewException",
    "HEAD,   /v1/lake~main/namespaces/sales/views/no,   404,",
    "GET,    /v1/lake~main/namespaces/sales/views/orders, 404, NoSuchViewException",
    "GET,    /v1/lake~main/namespaces/sales/tables/orders/credentials, 406, UnsupportedOperationException",
    "POST,   /v1/lake~main/namespaces/sales/tables/orders/sign, 406, UnsupportedOperationException",
    "DELETE, /v1/lake~main/namespaces/sales/tables, 406, UnsupportedOperationException",
    "GET,    /v1/lake~main/nothing,                     404, NotFoundException"
  })
  void answersAsSpecified(String method, String path, int status, String type) throws IOException {
    HttpResponse<String> response = server.send(method, path, "");

    assertThat(response.statusCode()).isEqualTo(status);
    if (type != null) {
      JsonNode error = JSON.readTree(response.body()).get("error");
      assertThat(error.get("type").asText()).isEqualTo(type);
      assertThat(error.get("code").asInt()).isEqualTo(status);
      assertThat(error.get("message").asText()).isNotBlank();
    } else {
      assertThat(response.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/lake~main/namespaces | {\"namespace\":[\"sales\"]} | 409 | AlreadyExistsException",
        "/v1/lake~main/namespaces | {\"namespace\":[\"no\",\"child\"]} | 404 | NoSuchNamespaceException",
        "/v1/lake~main/namespaces | {\"namespace\":[]} | 400 | BadRequestException",
        "/v1/lake~main/namespaces | {not json | 400 | BadRequestException",
        "/v1/lake~main/namespaces/sales/properties | {\"removals\":[\"a\"],\"updates\":{\"a\":\"b\"}} | 422 | UnprocessableEntityException",
        "/v1/lake~main/namespaces/no/properties | {\"updates\":{\"a\":\"b\"}} | 404 | NoSuchNamespaceException",
        "/v1/lake~main/namespaces/sales/tables/orders | {\"requirements\":[],\"updates\":[{\"action\":\"dance\"}]} | 400 | BadRequestException",
        "/v1/lake~main/namespaces/sales/tables/orders | {\"requirements\":[{\"type\":\"assert-mood\"}],\"updates\":[]} | 400 | BadRequestException",
        "/v1/lake~main/namespaces/sales/tables/orders | {\"requirements\":[{\"type\":\"assert-create\"}],\"updates\":[]} | 409 | CommitFailedException",
        "/v1/lake~main/namespaces/sales/tables/orders | {\"requirements\":[{\"type\":\"assert-table-uuid\",\"uuid\":\"3f2a91c0-0000-0000-0000-000000000000\"}],\"updates\":[]} | 409 | CommitFailedException",
        "/v1/lake~main/namespaces/sales/tables/no | {\"requirements\":[],\"updates\":[]} | 404 | NoSuchTableException",
        "/v1/lake~main/tables/rename | {\"source\":{\"namespace\":[\"sales\"],\"name\":\"no\"},\"destination\":{\"namespace\":[\"sales\"],\"name\":\"x\"}} | 404 | NoSuchTableException",
        "/v1/lake~main/tables/rename | {\"source\":{\"namespace\":[\"sales\"],\"name\":\"orders\"},\"destination\":{\"namespace\":[\"sales\"],\"name\":\"orders\"}} | 409 | AlreadyExistsException",
        "/v1/lake~main/tables/rename | {\"source\":{\"namespace\":[\"sales\"],\"name\":\"orders\"},\"destination\":{\"namespace\":[\"no\"],\"name\":\"x\"}} | 404 | NoSuchNamespaceException",
        "/v1/lake~main/namespaces/sales/tables/orders/metrics | {not json | 400 | BadRequestException"
      })
  void refusesAsSpecified(String path, String body, int status, String type) throws IOException {
    HttpResponse<String> response = server.send("POST", path, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(JSON.readTree(response.body()).at("/error/type").asText()).isEqualTo(type);
  }

  @Test
  void aServerWithoutAuthenticationGivesNoTokensAndSaysSoAsOauthDoes() throws IOException {
    HttpResponse<String> refused =
        server.send(
            "POST",
            "/v1/oauth/tokens",
            "grant_type=client_credentials&client_id=a&client_secret=b",
            "Content-Type",
            "application/x-www-form-urlencoded");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(refused.body()).get("error").asText())
        .isEqualTo("unsupported_grant_type");
    assertThatThrownBy(() -> server.client("lake", Map.of("credential", "a:b")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("remove 'credential'");
  }

  @Test
  void reportsAreTakenForTablesThatAreStillToBeCreatedToo() {
    String report =
        "{\"report-type\":\"commit-report\",\"table-name\":\"no\",\"snapshot-id\":1,"
            + "\"sequence-number\":1,\"operation\":\"append\",\"metrics\":{}}";

    assertThat(server.send("POST", ORDERS_PATH + "/metrics", report).statusCode()).isEqualTo(204);
    assertThat(server.send("POST", SALES + "/tables/no/metrics", report).statusCode())
        .isEqualTo(204);
  }

  @Test
  void aLargeCommitGoesThroughAndATooLargeRequestIsRefused() throws IOException {
    String large = "x".repeat(5 << 20);
    catalog.loadTable(ORDERS).updateProperties().set("note", large).commit();
    assertThat(catalog.loadTable(ORDERS).properties()).containsEntry("note", large);

    HttpResponse<String> refused = server.send("POST", ORDERS_PATH, " ".repeat((64 << 20) + 1));
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(JSON.readTree(refused.body()).at("/error/message").asText()).contains("64MiB");
  }

  @Test
  void aRefThatMustNotExistYetIsRefusedOnceItDoes() throws IOException {
    TestTables.append(catalog.loadTable(ORDERS), "a", 1);

    HttpResponse<String> second =
        server.send(
            "POST",
            ORDERS_PATH,
            "{\"requirements\":[{\"type\":\"assert-ref-snapshot-id\",\"ref\":\"main\","
                + "\"snapshot-id\":null}],\"updates\":[{\"action\":\"set-properties\","
                + "\"updates\":{\"a\":\"b\"}}]}");

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(JSON.readTree(second.body()).at("/error/type").asText())
        .isEqualTo("CommitFailedException");
  }

  @Test
  void listsInPagesAndWhollyWithoutAToken() throws IOException {
    List<String> names = IntStream.range(0, 25).mapToObj("t%02d"::formatted).toList();
    Namespace many = Namespace.of("many");
    catalog.createNamespace(many);
    names.forEach(name -> catalog.createTable(TableIdentifier.of(many, name), TestTables.SCHEMA));
    names.forEach(name -> catalog.createNamespace(Namespace.of("many", name + "ns")));
    RESTCatalog paging = server.client("lake", Map.of("rest-page-size", "10"));

    assertThat(paging.listTables(many)).extracting(TableIdentifier::name).isEqualTo(names);
    assertThat(catalog.listTables(many)).hasSize(25);
    assertThat(paging.listNamespaces(many)).hasSize(25);
    JsonNode first =
        JSON.readTree(
            server.get("/v1/lake~main/namespaces/many/tables?pageToken=&pageSize=10").body());
    assertThat(first.get("identifiers")).hasSize(10);
    assertThat(first.get("next-page-token").asText()).isNotEmpty();
    JsonNode all = JSON.readTree(server.get("/v1/lake~main/namespaces/many/tables").body());
    assertThat(all.get("identifiers")).hasSize(25);
    assertThat(all.path("next-page-token").isMissingNode() || all.get("next-page-token").isNull())
        .isTrue();
  }

  @Test
  void viewsAreListedInPagesToo() {
    for (int i = 0; i < 5; i++) {
      catalog
          .buildView(TableIdentifier.of("sales", "v" + i))
          .withSchema(TestTables.SCHEMA)
          .withDefaultNamespace(Namespace.of("sales"))
          .withQuery("spark", "select 1")
          .create();
    }
    RESTCatalog paging = server.client("lake", Map.of("rest-page-size", "2"));

    assertThat(paging.listViews(Namespace.of("sales")))
        .extracting(TableIdentifier::name)
        .containsExactly("v0", "v1", "v2", "v3", "v4");
    assertThat(paging.listTables(Namespace.of("sales"))).containsExactly(ORDERS);
  }

  @Test
  void namesWithOddCharactersComeBackAsTheyWere() {
    for (String odd : List.of("a b", "a+b", "a%2Fb", "a/b", "a.b", "größe", "数据", "a?b#c", "a;b")) {
      Namespace namespace = Namespace.of("sales", odd);
      catalog.createNamespace(namespace);
      TableIdentifier table = TableIdentifier.of(namespace, odd);
      catalog.createTable(table, TestTables.SCHEMA);
      TestTables.append(catalog.loadTable(table), "f", 1);

      assertThat(catalog.listTables(namespace)).as(odd).containsExactly(table);
      assertThat(TestTables.files(catalog.loadTable(table))).containsExactly("f");
      assertThat(catalog.namespaceExists(namespace)).isTrue();
    }
    assertThat(catalog.listNamespaces(Namespace.of("sales"))).hasSize(9);
  }

  @Test
  void tagsStandForMetadataAndSnapshotMode() throws IOException {
    HttpResponse<String> all = server.get(ORDERS_PATH + "?snapshots=all");
    String tag = all.headers().firstValue("ETag").orElseThrow();
    String refs =
        server.get(ORDERS_PATH + "?snapshots=refs").headers().firstValue("ETag").orElseThrow();

    assertThat(refs).isNotEqualTo(tag);
    HttpResponse<String> again = server.get(ORDERS_PATH, "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(server.get(ORDERS_PATH + "?snapshots=refs", "If-None-Match", tag).statusCode())
        .isEqualTo(200);

    TestTables.append(catalog.loadTable(ORDERS), "a", 1);
    assertThat(server.get(ORDERS_PATH, "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  @Test
  void anAnswerCarriesTheMetadataThatItsFileHolds() throws IOException {
    String change =
        "{\"requirements\":[],\"updates\":"
            + "[{\"action\":\"set-properties\",\"updates\":{\"a\":\"b\"}}]}";
    requireThatItsFileHoldsIt(server.get(ORDERS_PATH));
    requireThatItsFileHoldsIt(server.send("POST", ORDERS_PATH, change));

    server.branch("dev", "main");
    Table onDev = server.client("lake/dev").loadTable(ORDERS);
    onDev.updateSchema().addColumn("more", Types.LongType.get()).commit();
    HttpResponse<String> withRaisedIds = server.get(ORDERS_PATH);
    requireThatItsFileHoldsIt(withRaisedIds);
    assertThat(JSON.readTree(withRaisedIds.body()).at("/metadata/last-column-id").asInt())
        .isEqualTo(((HasTableOperations) onDev).operations().current().lastColumnId());
  }

  private static void requireThatItsFileHoldsIt(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode table = JSON.readTree(answer.body());
    Path file = Path.of(URI.create(table.get("metadata-location").asText()));
    assertThat(table.get("metadata")).isEqualTo(JSON.readTree(Files.readAllBytes(file)));
  }

  @Test
  void listsOnlyReferencedSnapshotsWhenAskedTo() throws IOException {
    Table table = catalog.loadTable(ORDERS);
    TestTables.append(table, "a", 1);
    TestTables.append(table, "b", 1);

    JsonNode all = JSON.readTree(server.get(ORDERS_PATH).body());
    JsonNode refs = JSON.readTree(server.get(ORDERS_PATH + "?snapshots=refs").body());
    assertThat(all.at("/metadata/snapshots")).hasSize(2);
    assertThat(refs.at("/metadata/snapshots")).hasSize(1);
    assertThat(all.at("/metadata/properties/gc.enabled").asText()).isEqualTo("false");
    RESTCatalog lazy = server.client("lake", Map.of("snapshot-loading-mode", "refs"));
    assertThat(lazy.loadTable(ORDERS).snapshots()).hasSize(2);
  }

  @Test
  void aTransactionOverSeveralTablesIsOneCommit() {
    TableIdentifier items = TableIdentifier.of("sales", "items");
    catalog.createTable(items, TestTables.SCHEMA);
    int before = server.log("main").size();

    catalog.commitTransaction(appendOf(ORDERS, "a"), appendOf(items, "b"));

    assertThat(server.log("main")).hasSize(before + 1);
    assertThat(TestTables.files(catalog.loadTable(ORDERS))).containsExactly("a");
    assertThat(TestTables.files(catalog.loadTable(items))).containsExactly("b");
  }

  @Test
  void aTransactionOfWhichOneTableIsStaleChangesNothing() {
    TableIdentifier items = TableIdentifier.of("sales", "items");
    catalog.createTable(items, TestTables.SCHEMA);
    TableCommit orders = appendOf(ORDERS, "a");
    TableCommit stale =
        commitOf(
            items,
            table -> table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit());
    TestTables.append(catalog.loadTable(items), "faster", 1);

    assertThatThrownBy(() -> catalog.commitTransaction(orders, stale))
        .isInstanceOf(CommitFailedException.class);
    assertThat(TestTables.files(catalog.loadTable(ORDERS))).isEmpty();
    assertThat(TestTables.files(catalog.loadTable(items))).containsExactly("faster");
  }

  @Test
  void staleAppendsOfATransactionAreStillOneCommit() {
    TableIdentifier items = TableIdentifier.of("sales", "items");
    catalog.createTable(items, TestTables.SCHEMA);
    TableCommit orders = appendOf(ORDERS, "a");
    TableCommit stale = appendOf(items, "b");
    TestTables.append(catalog.loadTable(items), "faster", 1);
    int before = server.log("main").size();

    catalog.commitTransaction(orders, stale);

    assertThat(server.log("main")).hasSize(before + 1);
    assertThat(TestTables.files(catalog.loadTable(ORDERS))).containsExactly("a");
    assertThat(TestTables.files(catalog.loadTable(items))).containsExactlyInAnyOrder("faster", "b");
  }

  private TableCommit appendOf(TableIdentifier name, String file) {
    return commitOf(name, table -> TestTables.append(table, file, 1));
  }

  private TableCommit commitOf(TableIdentifier name, Consumer<Table> change) {
    Table table = catalog.loadTable(name);
    TableMetadata base = ((HasTableOperations) table).operations().current();
    Transaction transaction = table.newTransaction();
    change.accept(transaction.table());
    TableMetadata updated = ((HasTableOperations) transaction.table()).operations().current();
    return TableCommit.create(name, base, updated);
  }

  @Test
  void droppingAndPurgingDeleteNoFile() throws IOException {
    Table table = catalog.loadTable(ORDERS);
    TestTables.append(table, "a", 1);
    server.tag("kept", "main");
    List<Path> before = filesBelow(dir);

    assertThat(catalog.dropTable(ORDERS, true)).isTrue();

    assertThat(catalog.tableExists(ORDERS)).isFalse();
    assertThat(filesBelow(dir)).containsAll(before);
    assertThat(TestTables.files(server.client("lake/kept").loadTable(ORDERS))).containsExactly("a");
  }

  @Test
  void unregisteringAnswersTheLastStateWhichCanBeRegisteredAgain() throws IOException {
    TestTables.append(catalog.loadTable(ORDERS), "a", 1);
    TestTables.append(catalog.loadTable(ORDERS), "b", 1);

    HttpResponse<String> answer = server.send("POST", ORDERS_PATH + "/unregister", "");

    JsonNode last = JSON.readTree(answer.body());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(last.at("/metadata/snapshots")).hasSize(2);
    assertThat(catalog.tableExists(ORDERS)).isFalse();
    assertThat(server.log("main").get(0).message()).isEqualTo("unregister table sales.orders");
    assertThat(server.send("POST", ORDERS_PATH + "/unregister", "").statusCode()).isEqualTo(404);
    catalog.registerTable(ORDERS, last.get("metadata-location").asText());
    assertThat(TestTables.files(catalog.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "b");
    assertThat(catalog.loadTable(ORDERS).snapshots()).as("none is lost").hasSize(2);
  }

  private static List<Path> filesBelow(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().matches(".*\\.(avro|parquet|json)")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///tmp/elsewhere", "s3://bucket/x", "file:///etc", "{warehouse}/../x"})
  void refusesLocationsOutsideTheWarehouse(String location) {
    String given = location.replace("{warehouse}", server.warehouse());

    assertThatThrownBy(
            () ->
                catalog
                    .buildTable(TableIdentifier.of("sales", "x"), TestTables.SCHEMA)
                    .withLocation(given)
                    .create())
        .isInstanceOfAny(BadRequestException.class, ForbiddenException.class);
    assertThatThrownBy(() -> catalog.loadTable(ORDERS).updateLocation().setLocation(given).commit())
        .isInstanceOfAny(BadRequestException.class, ForbiddenException.class);
    assertThat(catalog.loadTable(ORDERS).location()).startsWith(server.warehouse());
  }

  @Test
  void placesOfFilesAndGarbageCollectionAreNotTheClientsToChoose() {
    catalog
        .loadTable(ORDERS)
        .updateProperties()
        .set("write.data.path", "file:///tmp/elsewhere")
        .set("gc.enabled", "true")
        .commit();

    Map<String, String> properties = catalog.loadTable(ORDERS).properties();
    assertThat(properties.get("write.data.path")).startsWith(server.warehouse());
    assertThat(properties).containsEntry("gc.enabled", "false");
  }

  @Test
  void authorAndMessageComeFromHeadersThenSnapshotThenEngine() {
    Table table = catalog.loadTable(ORDERS);
    TestTables.append(table, "a", 1_200);
    assertThat(server.log("main").get(0).message())
        .isEqualTo("append 1 file, 1,200 rows to sales.orders");
    assertThat(server.log("main").get(0).author().name()).isEqualTo("iceberg");

    table
        .newAppend()
        .appendFile(TestTables.file(table, "b", 1))
        .set("engine-name", "spark")
        .commit();
    assertThat(server.log("main").get(0).author().name()).isEqualTo("spark");

    table
        .newAppend()
        .appendFile(TestTables.file(table, "c", 1))
        .set("engine-name", "spark")
        .set("varve.author", "Ada <ada@example.org>")
        .set("varve.message", "Load the notes")
        .commit();
    assertThat(server.log("main").get(0).author().toString()).isEqualTo("Ada <ada@example.org>");
    assertThat(server.log("main").get(0).message()).isEqualTo("Load the notes");

    RESTCatalog named =
        server.client(
            "lake", Map.of("header.X-Varve-Author", "Grace", "header.X-Varve-Message", "Tidy up"));
    named.dropTable(ORDERS);
    assertThat(server.log("main").get(0).author().name()).isEqualTo("Grace");
    assertThat(server.log("main").get(0).message()).isEqualTo("Tidy up");
  }

  @Test
  void stagedSnapshotsDoNotShow() {
    Table table = catalog.loadTable(ORDERS);
    table.newAppend().appendFile(TestTables.file(table, "a", 1)).stageOnly().commit();

    assertThat(TestTables.files(catalog.loadTable(ORDERS))).isEmpty();
    assertThat(catalog.loadTable(ORDERS).snapshots()).hasSize(1);
  }

  @Test
  void branchesAndTagsOfATableAreKept() {
    Table table = catalog.loadTable(ORDERS);
    TestTables.append(table, "a", 1);
    table
        .manageSnapshots()
        .createBranch("audit")
        .createTag("first", table.currentSnapshot().snapshotId())
        .commit();
    table.newAppend().appendFile(TestTables.file(table, "b", 1)).toBranch("audit").commit();

    Table loaded = catalog.loadTable(ORDERS);
    assertThat(loaded.refs().keySet()).isEqualTo(Set.of("main", "audit", "first"));
    assertThat(TestTables.files(loaded)).containsExactly("a");
  }

  @Test
  void formatVersionsThreeAndUpgradesAreHonoured() {
    TableIdentifier v3 = TableIdentifier.of("sales", "v3");
    Table table =
        catalog.buildTable(v3, TestTables.SCHEMA).withProperty("format-version", "3").create();
    TestTables.append(table, "a", 5);
    assertThat(catalog.loadTable(v3).currentSnapshot().addedRows()).isEqualTo(5);

    TestTables.append(catalog.loadTable(ORDERS), "a", 5);
    catalog.loadTable(ORDERS).updateProperties().set("format-version", "3").commit();
    TestTables.append(catalog.loadTable(ORDERS), "b", 5);
    assertThat(TestTables.files(catalog.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "b");
  }
}
