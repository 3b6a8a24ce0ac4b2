package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NoSuchWarehouseException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches, tags, commits and moments as warehouses, and revisions in the names of tables. */
class IcebergRefsTest {

  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog main;

  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    main = server.client("lake");
    main.createNamespace(Namespace.of("sales"));
    main.createTable(ORDERS, TestTables.SCHEMA);
  }

  @AfterEach
  void stop() throws Exception {
    main.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"exp", "feature/x", "v1.x", "UPPER/case", "Größe/数据", "a%2Fb", "x+y&z"})
  void aBranchOfAnyLegalNameIsACatalogOfItsOwn(String branch) {
    server.branch(branch, "main");
    RESTCatalog there = server.client("lake/" + branch);
    TestTables.append(there.loadTable(ORDERS), "a", 3);

    assertThat(TestTables.files(there.loadTable(ORDERS))).containsExactly("a");
    assertThat(TestTables.files(main.loadTable(ORDERS))).isEmpty();
    assertThat(server.log(branch).get(0).message())
        .isEqualTo("append 1 file, 3 rows to sales.orders");
  }

  @Test
  void tagsCommitsAndMomentsAreReadOnly() {
    TestTables.append(main.loadTable(ORDERS), "a", 1);
    String commit = server.log("main").get(0).id().toString();
    String moment = server.log("main").get(0).time().toString();
    server.tag("v1.0", "main");
    TestTables.append(main.loadTable(ORDERS), "b", 1);

    for (String revision :
        List.of("v1.0", commit, commit.substring(0, 10), "main@" + moment, "main~1")) {
      RESTCatalog catalog = server.client("lake/" + revision);
      Table table = catalog.loadTable(ORDERS);
      assertThat(TestTables.files(table)).as(revision).containsExactly("a");
      assertThatThrownBy(() -> TestTables.append(table, "c", 1))
          .as(revision)
          .isInstanceOf(ForbiddenException.class)
          .hasMessageContaining("'" + revision + "'");
      assertThatThrownBy(() -> catalog.dropTable(ORDERS)).isInstanceOf(ForbiddenException.class);
      assertThatThrownBy(() -> catalog.createNamespace(Namespace.of("x")))
          .isInstanceOf(ForbiddenException.class);
    }
    assertThat(TestTables.files(main.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aTableNameCarriesARevision() {
    TestTables.append(main.loadTable(ORDERS), "a", 1);
    server.tag("v1.0", "main");
    server.branch("feature/x", "main");
    TestTables.append(main.loadTable(ORDERS), "b", 1);

    TableIdentifier tagged = TableIdentifier.of("sales", "orders@v1.0");
    assertThat(TestTables.files(main.loadTable(tagged))).containsExactly("a");
    assertThat(TestTables.files(main.loadTable(TableIdentifier.of("sales", "orders@feature/x"))))
        .containsExactly("a");
    assertThat(TestTables.files(main.loadTable(TableIdentifier.of("sales", "orders@main~1"))))
        .containsExactly("a");
    assertThat(main.loadTable(TableIdentifier.of("sales", "orders@v1.0", "snapshots"))).isNotNull();
    assertThat(main.tableExists(TableIdentifier.of("sales", "orders@v2.0"))).isFalse();
    assertThatThrownBy(() -> main.loadTable(TableIdentifier.of("sales", "orders@v2.0")))
        .isInstanceOf(NoSuchTableException.class);
    assertThatThrownBy(() -> TestTables.append(main.loadTable(tagged), "c", 1))
        .isInstanceOf(ForbiddenException.class);
    assertThatThrownBy(
            () -> main.createTable(TableIdentifier.of("sales", "x@v1"), TestTables.SCHEMA))
        .hasMessageContaining("revision");
  }

  @Test
  void aWriteToATableAtABranchLandsOnThatBranch() {
    server.branch("exp", "main");

    TestTables.append(main.loadTable(TableIdentifier.of("sales", "orders@exp")), "a", 1);

    assertThat(TestTables.files(server.client("lake/exp").loadTable(ORDERS))).containsExactly("a");
    assertThat(TestTables.files(main.loadTable(ORDERS))).isEmpty();
  }

  @Test
  void aClientWithoutWarehouseGetsTheDefaultBranch() {
    assertThat(server.get("/v1/config").body()).contains("\"prefix\":\"lake~main\"");
    assertThat(server.get("/v1/config?warehouse=").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pond", "lake/nowhere", "lake/", "Not A Name", "lake/main~99"})
  void aWarehouseThatDoesNotExistIsNamedInTheError(String warehouse) {
    assertThatThrownBy(() -> server.client(warehouse))
        .isInstanceOf(NoSuchWarehouseException.class)
        .hasMessageContaining("'" + warehouse + "'");
  }

  @Test
  void columnsAddedOnTwoBranchesNeverShareAnId() {
    server.branch("exp", "main");
    RESTCatalog exp = server.client("lake/exp");
    Table there = exp.loadTable(ORDERS);
    Table here = main.loadTable(ORDERS);

    there.updateSchema().addColumn("theirs", Types.StringType.get()).commit();
    assertThatThrownBy(() -> here.updateSchema().addColumn("ours", Types.LongType.get()).commit())
        .isInstanceOf(CommitFailedException.class);
    here.refresh();
    here.updateSchema().addColumn("ours", Types.LongType.get()).commit();

    int theirs = exp.loadTable(ORDERS).schema().findField("theirs").fieldId();
    int ours = main.loadTable(ORDERS).schema().findField("ours").fieldId();
    assertThat(ours).isNotEqualTo(theirs);
  }

  @Test
  void partitionFieldsAddedOnTwoBranchesNeverShareAnId() {
    server.branch("exp", "main");
    RESTCatalog exp = server.client("lake/exp");
    Table there = exp.loadTable(ORDERS);
    Table here = main.loadTable(ORDERS);

    there.updateSpec().addField("id").commit();
    assertThatThrownBy(() -> here.updateSpec().addField("item").commit())
        .isInstanceOf(CommitFailedException.class);
    here.refresh();
    here.updateSpec().addField("item").commit();

    assertThat(main.loadTable(ORDERS).spec().fields().get(0).fieldId())
        .isNotEqualTo(exp.loadTable(ORDERS).spec().fields().get(0).fieldId());
  }

  @Test
  void rowsAppendedOnTwoBranchesNeverShareARowId() {
    TableIdentifier v3 = TableIdentifier.of("sales", "v3");
    main.createTable(
        v3,
        TestTables.SCHEMA,
        org.apache.iceberg.PartitionSpec.unpartitioned(),
        Map.of("format-version", "3"));
    server.branch("exp", "main");
    Table there = server.client("lake/exp").loadTable(v3);
    Table here = main.loadTable(v3);

    TestTables.append(there, "a", 10);
    TestTables.append(here, "b", 10);

    assertThat(there.currentSnapshot().firstRowId()).isEqualTo(0);
    assertThat(here.currentSnapshot().firstRowId()).isEqualTo(10);
  }
}
