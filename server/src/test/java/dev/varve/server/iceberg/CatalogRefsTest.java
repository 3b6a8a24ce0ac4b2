package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Branches and tags of the catalog as the refs of a table, for stock time travel and {@code
 * t.branch_exp}.
 *
 * <p>Other catalogs listed snapshots of unrelated branches as the table's history, or answered
 * success to the creation of a branch or tag and did nothing.
 */
class CatalogRefsTest {

  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog main;
  private RESTCatalog exp;

  /** On {@code main}: a, b; at the tag {@code v1.0}: a; on {@code exp}: a, c. */
  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    main = server.client("lake");
    main.createNamespace(Namespace.of("sales"));
    main.createTable(ORDERS, TestTables.SCHEMA);
    TestTables.append(main.loadTable(ORDERS), "a", 1);
    server.tag("v1.0", "main");
    server.branch("exp", "main");
    exp = server.client("lake/exp");
    TestTables.append(main.loadTable(ORDERS), "b", 1);
    TestTables.append(exp.loadTable(ORDERS), "c", 1);
  }

  @AfterEach
  void stop() throws IOException {
    main.close();
    exp.close();
    server.close();
  }

  @Test
  void areReadByTheirNames() {
    Table orders = main.loadTable(ORDERS);

    assertThat(orders.refs().keySet()).isEqualTo(Set.of("main", "v1.0", "exp"));
    assertThat(orders.refs().get("v1.0").isTag()).isTrue();
    assertThat(orders.refs().get("exp").isBranch()).isTrue();
    assertThat(files(orders.newScan().useRef("v1.0"))).containsExactlyInAnyOrder("a");
    assertThat(files(orders.newScan().useRef("exp"))).containsExactlyInAnyOrder("a", "c");
    assertThat(TestTables.files(orders)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void areNotHistoryOfTheTable() {
    TestTables.append(exp.loadTable(ORDERS), "d", 1);
    Table orders = main.loadTable(ORDERS);

    assertThat(orders.history()).hasSize(2);
    assertThat(orders.snapshots()).as("two of main, the head of exp").hasSize(3);
    assertThat(orders.currentSnapshot().snapshotId())
        .isEqualTo(orders.refs().get("main").snapshotId());
  }

  @Test
  void showToAClientThatRefreshes() {
    Table orders = main.loadTable(ORDERS);
    TestTables.append(exp.loadTable(ORDERS), "d", 1);
    server.tag("v2.0", "main");

    orders.refresh();

    assertThat(files(orders.newScan().useRef("exp"))).containsExactlyInAnyOrder("a", "c", "d");
    assertThat(files(orders.newScan().useRef("v2.0"))).containsExactlyInAnyOrder("a", "b");
    assertThat(TestTables.files(main.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void onABranchItsOwnNameIsWhatIsRead() {
    Table orders = exp.loadTable(ORDERS);

    assertThat(orders.refs().get("exp").snapshotId())
        .isEqualTo(orders.currentSnapshot().snapshotId());
    orders.newAppend().appendFile(TestTables.file(orders, "d", 1)).toBranch("exp").commit();
    assertThat(TestTables.files(exp.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "c", "d");
  }

  @Test
  void aWriteToABranchLandsOnTheBranchOfTheCatalog() {
    int mainCommits = server.log("main").size();
    Table orders = main.loadTable(ORDERS);

    orders.newAppend().appendFile(TestTables.file(orders, "d", 7)).toBranch("exp").commit();
    orders.newAppend().appendFile(TestTables.file(orders, "e", 1)).toBranch("exp").commit();
    orders.newDelete().deleteFile(TestTables.file(orders, "a", 1)).toBranch("exp").commit();

    assertThat(TestTables.files(exp.loadTable(ORDERS))).containsExactlyInAnyOrder("c", "d", "e");
    assertThat(files(main.loadTable(ORDERS).newScan().useRef("exp")))
        .containsExactlyInAnyOrder("c", "d", "e");
    assertThat(TestTables.files(main.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "b");
    assertThat(server.log("main")).hasSize(mainCommits);
    assertThat(server.log("exp").get(2).message())
        .isEqualTo("append 1 file, 7 rows to sales.orders");
    assertThat(exp.loadTable(ORDERS).refs().keySet()).isEqualTo(Set.of("main", "exp", "v1.0"));
  }

  @Test
  void concurrentWritesToABranchThroughBothWaysAreAllKept() {
    Table here = main.loadTable(ORDERS);
    Table there = exp.loadTable(ORDERS);
    for (int i = 0; i < 3; i++) {
      here.newAppend().appendFile(TestTables.file(here, "h" + i, 1)).toBranch("exp").commit();
      TestTables.append(there, "t" + i, 1);
    }

    assertThat(TestTables.files(exp.loadTable(ORDERS)))
        .containsExactlyInAnyOrder("a", "c", "h0", "h1", "h2", "t0", "t1", "t2");
  }

  @Test
  void areTablesBesideTheTableAsSparkAsksForThem() {
    Table branch = main.loadTable(TableIdentifier.of("sales", "orders", "branch_exp"));
    TestTables.append(branch, "d", 1);

    assertThat(TestTables.files(exp.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "c", "d");
    TableIdentifier tag = TableIdentifier.of("sales", "orders", "tag_v1.0");
    assertThat(TestTables.files(main.loadTable(tag))).containsExactly("a");
    assertThatThrownBy(() -> TestTables.append(main.loadTable(tag), "d", 1))
        .isInstanceOf(ForbiddenException.class);
    for (String none : List.of("branch_v1.0", "tag_exp", "branch_nowhere", "branch_", "tag_a b")) {
      assertThatThrownBy(() -> main.loadTable(TableIdentifier.of("sales", "orders", none)))
          .as(none)
          .isInstanceOf(NoSuchTableException.class);
    }
  }

  @Test
  void refsOfTheTableAreItsOwnAndComeFirst() {
    Table orders = main.loadTable(ORDERS);
    long first = orders.snapshots().iterator().next().snapshotId();
    orders.manageSnapshots().createBranch("audit").createTag("first", first).commit();
    orders.newAppend().appendFile(TestTables.file(orders, "d", 1)).toBranch("audit").commit();
    server.branch("audit", "exp");

    Table loaded = main.loadTable(ORDERS);
    assertThat(files(loaded.newScan().useRef("audit"))).containsExactlyInAnyOrder("a", "b", "d");
    assertThat(files(loaded.newScan().useRef("first"))).containsExactly("a");
    loaded.newAppend().appendFile(TestTables.file(loaded, "e", 1)).toBranch("audit").commit();
    assertThat(files(main.loadTable(ORDERS).newScan().useRef("audit")))
        .containsExactlyInAnyOrder("a", "b", "d", "e");
    assertThat(TestTables.files(server.client("lake/audit").loadTable(ORDERS)))
        .containsExactlyInAnyOrder("a", "c");
    assertThatThrownBy(() -> main.loadTable(TableIdentifier.of("sales", "orders", "branch_audit")))
        .isInstanceOf(NoSuchTableException.class);
    loaded.refresh();
    loaded.manageSnapshots().removeBranch("audit").commit();
    assertThat(files(main.loadTable(ORDERS).newScan().useRef("audit")))
        .as("the branch of the catalog shows")
        .containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void areNotDroppedMovedOrMadeThroughOneTable() {
    Table orders = main.loadTable(ORDERS);
    long current = orders.currentSnapshot().snapshotId();

    assertThatThrownBy(() -> orders.manageSnapshots().removeBranch("exp").commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("varve branch delete exp");
    assertThatThrownBy(() -> orders.manageSnapshots().removeTag("v1.0").commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("varve tag delete v1.0");
    assertThatThrownBy(() -> orders.manageSnapshots().replaceTag("v1.0", current).commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("neither moves");
    RESTCatalog blind = server.client("lake", Map.of("header.X-Varve-Refs", "-"));
    assertThatThrownBy(() -> blind.loadTable(ORDERS).manageSnapshots().createBranch("exp").commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("there is a branch 'exp'");
    assertThat(main.loadTable(ORDERS).refs().keySet()).isEqualTo(Set.of("main", "v1.0", "exp"));
  }

  @Test
  void anotherBranchIsTakenOverByAMergeNotThroughOneTable() {
    Table orders = main.loadTable(ORDERS);
    long theirs = orders.refs().get("exp").snapshotId();

    assertThatThrownBy(() -> orders.manageSnapshots().replaceBranch("main", theirs).commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("varve merge");
    assertThat(TestTables.files(main.loadTable(ORDERS))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aTransactionOnOtherTablesCannotWriteToThem() {
    Table orders = main.loadTable(ORDERS);
    TableMetadata base = ((HasTableOperations) orders).operations().current();
    Transaction transaction = orders.newTransaction();
    DataFile file = TestTables.file(orders, "d", 1);
    transaction.newAppend().appendFile(file).toBranch("exp").commit();
    TableMetadata updated = ((HasTableOperations) transaction.table()).operations().current();

    assertThatThrownBy(() -> main.commitTransaction(TableCommit.create(ORDERS, base, updated)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("branch 'exp'");
  }

  @Test
  void aBranchWithMoreColumnsIsReadWithThoseOfThisOneAndCanBeWrittenTo() {
    exp.loadTable(ORDERS).updateSchema().addColumn("note", Types.StringType.get()).commit();
    TestTables.append(exp.loadTable(ORDERS), "d", 1);
    main.loadTable(ORDERS).updateSchema().addColumn("price", Types.LongType.get()).commit();

    Table orders = main.loadTable(ORDERS);
    assertThat(files(orders.newScan().useRef("exp"))).containsExactlyInAnyOrder("a", "c", "d");
    assertThat(orders.snapshot(orders.refs().get("exp").snapshotId()).schemaId())
        .as("schema 1 is another here")
        .isNull();
    DataFile file = TestTables.file(orders, "e", 1);
    assertThatThrownBy(() -> orders.newAppend().appendFile(file).toBranch("exp").commit())
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("\"orders@exp\"");
    Table narrower = exp.loadTable(ORDERS);
    assertThat(narrower.schema().findField("note")).isNotNull();
  }

  @Test
  void aWriteWithFewerColumnsThanTheBranchHasIsMadeWithItsSchema() {
    exp.loadTable(ORDERS).updateSchema().addColumn("note", Types.StringType.get()).commit();
    Table orders = main.loadTable(ORDERS);

    orders.newAppend().appendFile(TestTables.file(orders, "d", 1)).toBranch("exp").commit();

    Table there = exp.loadTable(ORDERS);
    assertThat(there.currentSnapshot().schemaId()).isEqualTo(there.schema().schemaId());
    assertThat(TestTables.files(there)).containsExactlyInAnyOrder("a", "c", "d");
  }

  @Test
  void aBranchThatThisTableCouldNotReadIsLeftOut() {
    server.branch("by-item", "main");
    RESTCatalog partitioned = server.client("lake/by-item");
    partitioned.loadTable(ORDERS).updateSpec().addField("item").commit();
    Table there = partitioned.loadTable(ORDERS);
    there
        .newAppend()
        .appendFile(
            org.apache.iceberg.DataFiles.builder(there.spec())
                .withPath(there.locationProvider().newDataLocation("p.parquet"))
                .withPartitionPath("item=x")
                .withFileSizeInBytes(1)
                .withRecordCount(1)
                .build())
        .commit();
    server.branch("dropped", "main");
    server.client("lake/dropped").dropTable(ORDERS);

    assertThat(main.loadTable(ORDERS).refs().keySet()).isEqualTo(Set.of("main", "v1.0", "exp"));
    assertThat(main.loadTable(TableIdentifier.of("sales", "orders@by-item")).spec().isPartitioned())
        .isTrue();
  }

  @Test
  void aNewColumnAndItsFirstRowsInOneTransactionKeepOneSchemaId() {
    exp.loadTable(ORDERS).updateSchema().addColumn("note", Types.StringType.get()).commit();
    TestTables.append(exp.loadTable(ORDERS), "d", 1);
    Transaction transaction = main.loadTable(ORDERS).newTransaction();
    transaction.updateSchema().addColumn("price", Types.LongType.get()).commit();
    transaction.newAppend().appendFile(TestTables.file(transaction.table(), "e", 1)).commit();
    transaction.commitTransaction();

    Table orders = main.loadTable(ORDERS);
    assertThat(orders.currentSnapshot().schemaId()).isEqualTo(orders.schema().schemaId());
    assertThat(orders.schemas().get(orders.schema().schemaId()).findField("price")).isNotNull();
  }

  @Test
  void theyAreBoundedTagsFirstAndCanBeChosen() {
    for (int i = 0; i < 300; i++) {
      server.branch("ci/%03d".formatted(i), "main");
    }
    server.tag("v2.0", "main");

    Set<String> shown = main.loadTable(ORDERS).refs().keySet();
    assertThat(shown).hasSize(101).contains("main", "v1.0", "v2.0", "ci/000").doesNotContain("exp");
    RESTCatalog choosing = server.client("lake", Map.of("header.X-Varve-Refs", "exp, v1*"));
    assertThat(choosing.loadTable(ORDERS).refs().keySet()).isEqualTo(Set.of("main", "exp", "v1.0"));
    RESTCatalog none = server.client("lake", Map.of("header.X-Varve-Refs", "-"));
    assertThat(none.loadTable(ORDERS).refs().keySet()).isEqualTo(Set.of("main"));
    Table far = main.loadTable(TableIdentifier.of("sales", "orders", "branch_ci/299"));
    TestTables.append(far, "z", 1);
    assertThat(TestTables.files(server.client("lake/ci/299").loadTable(ORDERS)))
        .containsExactlyInAnyOrder("a", "b", "z");
  }

  @Test
  void aTagOrMomentShowsTheTableAsItStood() {
    Table orders = server.client("lake/v1.0").loadTable(ORDERS);

    assertThat(orders.refs().keySet()).isEqualTo(Set.of("main"));
    assertThat(TestTables.files(orders)).containsExactly("a");
  }

  private static List<String> files(TableScan scan) {
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      List<String> names = new java.util.ArrayList<>();
      for (FileScanTask task : tasks) {
        String path = task.file().location();
        names.add(path.substring(path.lastIndexOf('/') + 1).replace(".parquet", ""));
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
