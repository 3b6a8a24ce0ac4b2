package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.rest.RESTCatalog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every requirement and every update that the protocol has for tables of formats 1 to 3, one by
 * one, as JSON.
 */
class CommitFormsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/v1/lake~main/namespaces/sales/tables/orders";
  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");
  private static final String NOTHING = "{\"action\":\"set-properties\",\"updates\":{\"a\":\"b\"}}";

  private static final String BUCKETS =
      "{'spec-id':1,'fields':[{'name':'b','transform':'bucket[4]','source-id':1,'field-id':1000}]}";

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    catalog = server.client("lake");
    catalog.createNamespace(Namespace.of("sales"));
    catalog.buildTable(ORDERS, TestTables.SCHEMA).withProperty("format-version", "3").create();
    Table table = catalog.loadTable(ORDERS);
    TestTables.append(table, "a", 1);
    TestTables.append(table, "b", 1);
  }

  @AfterEach
  void stop() throws IOException {
    catalog.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'assert-table-uuid','uuid':'UUID'} | {'type':'assert-table-uuid','uuid':'3f2a91c0-0000-0000-0000-000000000000'}",
        "{'type':'assert-ref-snapshot-id','ref':'main','snapshot-id':CURRENT} | {'type':'assert-ref-snapshot-id','ref':'main','snapshot-id':FIRST}",
        "{'type':'assert-ref-snapshot-id','ref':'none','snapshot-id':null} | {'type':'assert-ref-snapshot-id','ref':'main','snapshot-id':null}",
        "{'type':'assert-last-assigned-field-id','last-assigned-field-id':2} | {'type':'assert-last-assigned-field-id','last-assigned-field-id':1}",
        "{'type':'assert-current-schema-id','current-schema-id':0} | {'type':'assert-current-schema-id','current-schema-id':7}",
        "{'type':'assert-last-assigned-partition-id','last-assigned-partition-id':999} | {'type':'assert-last-assigned-partition-id','last-assigned-partition-id':1000}",
        "{'type':'assert-default-spec-id','default-spec-id':0} | {'type':'assert-default-spec-id','default-spec-id':1}",
        "{'type':'assert-default-sort-order-id','default-sort-order-id':0} | {'type':'assert-default-sort-order-id','default-sort-order-id':1}"
      })
  void aRequirementIsMetOrTheCommitIsAConflict(String met, String unmet) throws IOException {
    HttpResponse<String> refused = commit(unmet, NOTHING);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
    assertThat(JSON.readTree(refused.body()).at("/error/type").asText())
        .isEqualTo("CommitFailedException");
    assertThat(metadata().properties()).doesNotContainKey("a");

    HttpResponse<String> made = commit(met, NOTHING);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(metadata().properties()).containsEntry("a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'action':'assign-uuid','uuid':'UUID'} | /table-uuid | UUID",
        "{'action':'upgrade-format-version','format-version':3} | /format-version | 3",
        "{'action':'add-schema','schema':{'type':'struct','schema-id':1,'fields':[{'id':1,'name':'id','required':true,'type':'long'},{'id':3,'name':'when','required':false,'type':'timestamp_ns'}]}} | /schemas/1/fields/1/id | 3",
        "{'action':'set-current-schema','schema-id':0} | /current-schema-id | 0",
        "{'action':'add-spec','spec':{'spec-id':1,'fields':[{'source-id':1,'field-id':1000,'name':'b','transform':'bucket[4]'}]}} | /partition-specs/1/fields/0/field-id | 1000",
        "{'action':'set-default-spec','spec-id':0} | /default-spec-id | 0",
        "{'action':'add-sort-order','sort-order':{'order-id':1,'fields':[{'source-id':1,'transform':'identity','direction':'asc','null-order':'nulls-first'}]}} | /sort-orders/1/order-id | 1",
        "{'action':'set-default-sort-order','sort-order-id':0} | /default-sort-order-id | 0",
        "{'action':'set-snapshot-ref','ref-name':'main','type':'branch','snapshot-id':FIRST} | /current-snapshot-id | FIRST",
        "{'action':'set-snapshot-ref','ref-name':'t','type':'tag','snapshot-id':FIRST,'max-ref-age-ms':60000} | /refs/t/max-ref-age-ms | 60000",
        "{'action':'set-snapshot-ref','ref-name':'audit','type':'branch','snapshot-id':FIRST,'min-snapshots-to-keep':2} | /refs/audit/min-snapshots-to-keep | 2",
        "{'action':'set-properties','updates':{'owner':'ada'}} | /properties/owner | ada",
        "{'action':'remove-properties','removals':['commit.retry.num-retries']} | /properties/commit.retry.num-retries | ",
        "{'action':'remove-snapshots','snapshot-ids':[FIRST]} | /snapshots/1 | ",
        "{'action':'remove-snapshot-ref','ref-name':'main'} | /refs/main | ",
        "{'action':'set-statistics','snapshot-id':CURRENT,'statistics':{'snapshot-id':CURRENT,'statistics-path':'WAREHOUSE/lake/metadata/s.puffin','file-size-in-bytes':9,'file-footer-size-in-bytes':4,'blob-metadata':[]}} | /statistics/0/file-size-in-bytes | 9",
        "{'action':'remove-statistics','snapshot-id':CURRENT} | /statistics/0 | ",
        "{'action':'set-partition-statistics','partition-statistics':{'snapshot-id':CURRENT,'statistics-path':'WAREHOUSE/lake/metadata/p.parquet','file-size-in-bytes':9}} | /partition-statistics/0/file-size-in-bytes | 9",
        "{'action':'remove-partition-statistics','snapshot-id':CURRENT} | /partition-statistics/0 | ",
        "{'action':'add-encryption-key','encryption-key':{'key-id':'k','encrypted-key-metadata':'AAAA','encrypted-by-id':'r'}} | /encryption-keys/0/key-id | k",
        "{'action':'remove-encryption-key','key-id':'k'} | /encryption-keys/0 | "
      })
  void anUpdateIsMade(String update, String place, String value) throws IOException {
    HttpResponse<String> made = commit("", update);

    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    String expected = value == null ? "" : filled(value);
    assertThat(JSON.readTree(made.body()).get("metadata").at(place).asText()).isEqualTo(expected);
    JsonNode loaded = JSON.readTree(server.get(PATH).body()).get("metadata");
    assertThat(loaded.at(place).asText()).isEqualTo(expected);
  }

  @Test
  void aSchemaASpecAndASnapshotThatNothingUsesAreRemoved() throws IOException {
    commit(
        "",
        "{'action':'add-schema','schema':{'type':'struct','schema-id':1,'fields':[{'id':1,'name':'id','required':true,'type':'long'}]}},"
            + "{'action':'add-spec','spec':{'spec-id':1,'fields':[{'source-id':1,'field-id':1000,'name':'b','transform':'bucket[4]'}]}}");
    assertThat(metadata().schemas()).hasSize(2);
    assertThat(metadata().specs()).hasSize(2);

    HttpResponse<String> made =
        commit(
            "",
            "{'action':'remove-schemas','schema-ids':[1]},"
                + "{'action':'remove-partition-specs','spec-ids':[1]}");

    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(metadata().schemas()).hasSize(1);
    assertThat(metadata().specs()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'action':'set-location','location':'file:///tmp/elsewhere'} | 403",
        "{'action':'set-current-schema','schema-id':9} | 400",
        "{'action':'set-default-spec','spec-id':9} | 400",
        "{'action':'set-snapshot-ref','ref-name':'main','type':'branch','snapshot-id':9} | 400",
        "{'action':'upgrade-format-version','format-version':2} | 400",
        "{'action':'assign-uuid','uuid':'3f2a91c0-0000-0000-0000-000000000000'} | 400",
        "{'action':'add-view-version'} | 400",
        "{'action':'dance'} | 400",
        "{} | 400"
      })
  void anUpdateThatCannotBeIsRefused(String update, int status) {
    HttpResponse<String> refused = commit("", update);

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(status);
    assertThat(metadata().snapshots()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'action':'set-default-spec','spec-id':9} | cannot use partition spec 9",
        "{'action':'set-default-sort-order','sort-order-id':9} | cannot use sort order 9",
        "SPEC,{'action':'set-default-spec','spec-id':2} | cannot use partition spec 2",
        "SPEC,{'action':'set-default-spec','spec-id':-1},{'action':'set-default-spec','spec-id':0},"
            + "{'action':'remove-partition-specs','spec-ids':[1]},"
            + "{'action':'set-default-spec','spec-id':1} | cannot use partition spec 1"
      })
  void anIdThatTheTableDoesNotHaveIsNamed(String updates, String message) throws IOException {
    HttpResponse<String> refused =
        commit("", updates.replace("SPEC", "{'action':'add-spec','spec':" + BUCKETS + "}"));

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(JSON.readTree(refused.body()).at("/error/type").asText())
        .isEqualTo("BadRequestException");
    assertThat(JSON.readTree(refused.body()).at("/error/message").asText()).startsWith(message);
    assertThat(metadata().specs()).hasSize(1);
  }

  @Test
  void aSpecThatTheSameRequestAddsCanBeNamedByItsId() {
    HttpResponse<String> made =
        commit(
            "",
            "{'action':'add-spec','spec':"
                + BUCKETS
                + "},{'action':'set-default-spec','spec-id':1}");

    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(metadata().defaultSpecId()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "0 | 0 | 200 | ",
        "-1 | -1 | 200 | ",
        "3 | 0 | 400 | cannot use partition spec 3",
        "0 | 4 | 400 | cannot use sort order 4",
        "  | 0 | 400 | a new table needs the update 'set-default-spec'",
        "0 |   | 400 | a new table needs the update 'set-default-sort-order'"
      })
  void aNewTableSaysWhichSpecAndOrderItHas(String spec, String order, int status, String message)
      throws IOException {
    HttpResponse<String> answer = server.send("POST", PATH + "_new", filled(creation(spec, order)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (message != null) {
      assertThat(JSON.readTree(answer.body()).at("/error/message").asText()).startsWith(message);
    }
  }

  @Test
  void aNewTableSaysWhereItLies() {
    String nowhere = creation("0", "0").replaceFirst("\\{'action':'set-location'[^}]*\\},", "");

    HttpResponse<String> refused = server.send("POST", PATH + "_new", filled(nowhere));

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("a new table needs the update 'set-location'");
  }

  private static String creation(String spec, String order) {
    return "{'requirements':[{'type':'assert-create'}],'updates':["
        + "{'action':'assign-uuid','uuid':'3f2a91c0-0000-4000-8000-000000000000'},"
        + "{'action':'upgrade-format-version','format-version':3},"
        + "{'action':'set-location','location':'WAREHOUSE/lake/tables/new'},"
        + "{'action':'add-schema','schema':{'type':'struct','schema-id':0,'fields':"
        + "[{'id':1,'name':'at','required':false,'type':'timestamp_ns'}]}},"
        + "{'action':'set-current-schema','schema-id':-1},"
        + "{'action':'add-spec','spec':{'spec-id':0,'fields':[]}},"
        + (spec == null ? "" : "{'action':'set-default-spec','spec-id':" + spec + "},")
        + "{'action':'add-sort-order','sort-order':{'order-id':0,'fields':[]}}"
        + (order == null
            ? ""
            : ",{'action':'set-default-sort-order','sort-order-id':" + order + "}")
        + "]}";
  }

  private HttpResponse<String> commit(String requirement, String updates) {
    return server.send(
        "POST",
        PATH,
        filled("{\"requirements\":[" + requirement + "],\"updates\":[" + updates + "]}"));
  }

  private String filled(String text) {
    TableMetadata metadata = metadata();
    return text.replace('\'', '"')
        .replace("UUID", metadata.uuid())
        .replace("WAREHOUSE", server.warehouse())
        .replace("FIRST", Long.toString(metadata.snapshots().get(0).snapshotId()))
        .replace("CURRENT", Long.toString(metadata.currentSnapshot().snapshotId()));
  }

  private TableMetadata metadata() {
    return ((HasTableOperations) catalog.loadTable(ORDERS)).operations().current();
  }
}
