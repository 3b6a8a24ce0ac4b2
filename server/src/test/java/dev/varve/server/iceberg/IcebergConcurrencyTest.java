package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients at once. */
class IcebergConcurrencyTest {

  private static final int WRITERS = 8;
  private static final TableIdentifier ORDERS = TableIdentifier.of("sales", "orders");

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    catalog = server.client("lake");
    catalog.createNamespace(Namespace.of("sales"));
    catalog.createTable(
        ORDERS,
        TestTables.SCHEMA,
        PartitionSpec.unpartitioned(),
        Map.of("commit.retry.num-retries", "50", "commit.retry.min-wait-ms", "5"));
  }

  @AfterEach
  void stop() throws Exception {
    catalog.close();
    server.close();
  }

  @Test
  void everyAppendOfEightWritersToOneTableIsThereOnce() throws Exception {
    together(
        writer -> {
          Table table = server.client("lake").loadTable(ORDERS);
          for (int i = 0; i < 5; i++) {
            TestTables.append(table, "w%d-%d".formatted(writer, i), 1);
          }
        });

    assertThat(TestTables.files(catalog.loadTable(ORDERS))).hasSize(40).doesNotHaveDuplicates();
    assertThat(catalog.loadTable(ORDERS).snapshots()).hasSize(40);
  }

  @Test
  void writersOfDifferentTablesNeverFailBecauseOfOneAnother() throws Exception {
    together(
        writer -> {
          TableIdentifier own = TableIdentifier.of("sales", "own" + writer);
          Table table =
              catalog.createTable(
                  own,
                  TestTables.SCHEMA,
                  PartitionSpec.unpartitioned(),
                  Map.of("commit.retry.num-retries", "0"));
          for (int i = 0; i < 5; i++) {
            TestTables.append(table, "f" + i, 1);
          }
        });

    for (int writer = 0; writer < WRITERS; writer++) {
      assertThat(TestTables.files(catalog.loadTable(TableIdentifier.of("sales", "own" + writer))))
          .hasSize(5);
    }
  }

  @Test
  void onlyOneOfManyFirstWritesTakesARefThatMustNotExist() throws Exception {
    List<Table> tables = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      tables.add(server.client("lake").loadTable(ORDERS));
    }
    together(writer -> TestTables.append(tables.get(writer), "first" + writer, 1));

    assertThat(TestTables.files(catalog.loadTable(ORDERS))).hasSize(WRITERS);
  }

  @Test
  void columnsAddedOnBranchesAtTheSameTimeNeverShareAnId() throws Exception {
    for (int i = 0; i < WRITERS; i++) {
      server.branch("b" + i, "main");
    }
    together(
        writer -> {
          Table table = server.client("lake/b" + writer).loadTable(ORDERS);
          for (boolean done = false; !done; ) {
            try {
              table.refresh();
              table.updateSchema().addColumn("c" + writer, Types.LongType.get()).commit();
              done = true;
            } catch (CommitFailedException e) {
              // another branch took the id: the refreshed metadata has a fresh one
            }
          }
        });

    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      ids.add(server.client("lake/b" + i).loadTable(ORDERS).schema().findField("c" + i).fieldId());
    }
    assertThat(ids).doesNotHaveDuplicates();
  }

  /** Work of one of the writers. */
  private interface Work {
    void run(int writer);
  }

  private static void together(Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        tasks.add(
            () -> {
              work.run(writer);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
