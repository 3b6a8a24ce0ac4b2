package dev.varve.server.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.history.Author;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Key;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends that were made on an older snapshot than the one that they meet. */
class ConcurrentAppendsTest {
  private static final TableIdentifier EVENTS = TableIdentifier.of("sales", "events");
  private static final int WRITERS = 16;
  private static final int APPENDS = 5;

  private static final String UNMET =
      "{\"type\":\"assert-ref-snapshot-id\",\"ref\":\"main\",\"snapshot-id\":7}";

  @TempDir Path dir;
  private RestServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start() {
    server = RestServer.start(dir);
    catalog = server.client("lake");
    catalog.createNamespace(Namespace.of("sales"));
  }

  @AfterEach
  void stop() throws Exception {
    catalog.close();
    server.close();
  }

  /** No client may retry: what is stale is for the server to put in place. */
  private Table create(int format, boolean partitioned, int manifestsToMerge) {
    PartitionSpec spec =
        partitioned
            ? PartitionSpec.builderFor(TestTables.SCHEMA).bucket("id", 4).build()
            : PartitionSpec.unpartitioned();
    return catalog.createTable(
        EVENTS,
        TestTables.SCHEMA,
        spec,
        Map.of(
            "format-version", Integer.toString(format),
            "commit.retry.num-retries", "0",
            "commit.manifest.min-count-to-merge", Integer.toString(manifestsToMerge)));
  }

  @ParameterizedTest
  @CsvSource({"2, false, 100", "2, true, 100", "3, false, 100", "2, false, 3", "3, true, 3"})
  void allRowsOfManyWritersAreThereOnceWithoutARetry(
      int format, boolean partitioned, int manifestsToMerge) throws Exception {
    create(format, partitioned, manifestsToMerge);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      running.add(
          threads.submit(
              () -> {
                try (RESTCatalog own = server.client("lake")) {
                  Table table = own.loadTable(EVENTS);
                  for (int n = 0; n < APPENDS; n++) {
                    append(table, "w%d-%d".formatted(writer, n), writer + 1L);
                  }
                }
                return null;
              }));
    }
    for (Future<?> writer : running) {
      writer.get();
    }
    threads.shutdown();

    Table table = catalog.loadTable(EVENTS);
    long rows = APPENDS * (WRITERS * (WRITERS + 1L) / 2);
    assertThat(TestTables.files(table)).hasSize(WRITERS * APPENDS).doesNotHaveDuplicates();
    assertThat(table.snapshots()).hasSize(WRITERS * APPENDS);
    assertLinear(table);
    assertTotals(table.currentSnapshot().summary(), WRITERS * APPENDS, rows);
    if (format == 3) {
      assertRowIdsAreUnique(table, rows);
    }
  }

  @Test
  void commitsInLineAreAllKeptAndThoseThatDoNotFitAreRefused() throws Exception {
    create(2, false, 100);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      running.add(
          threads.submit(
              () -> {
                for (int n = 0; n < APPENDS; n++) {
                  assertThat(set("", "w" + writer, n)).isEqualTo(200);
                  assertThat(set(UNMET, "never", n)).isEqualTo(409);
                }
              }));
    }
    for (Future<?> writer : running) {
      writer.get();
    }
    threads.shutdown();

    Map<String, String> properties = catalog.loadTable(EVENTS).properties();
    assertThat(properties).doesNotContainKey("never");
    for (int writer = 0; writer < WRITERS; writer++) {
      assertThat(properties).containsEntry("w" + writer, Integer.toString(APPENDS - 1));
    }
    assertThat(server.log("main")).hasSize(3 + WRITERS * APPENDS);
  }

  private int set(String requirement, String property, int value) {
    return server
        .send(
            "POST",
            "/v1/lake~main/namespaces/sales/tables/events",
            """
            {"requirements":[%s],
             "updates":[{"action":"set-properties","updates":{"%s":"%d"}}]}
            """
                .formatted(requirement, property, value))
        .statusCode();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void writersThatComeAnotherWayHarmNoAppendInLine(int format) throws Exception {
    create(format, false, 100).updateProperties().set("commit.retry.num-retries", "50").commit();
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      running.add(
          threads.submit(
              () -> {
                try (RESTCatalog own = server.client("lake")) {
                  Table table = writer % 4 == 0 ? withinTheServer(writer) : own.loadTable(EVENTS);
                  for (int n = 0; n < APPENDS; n++) {
                    append(table, "w%d-%d".formatted(writer, n), 1);
                  }
                }
                return null;
              }));
    }
    for (Future<?> writer : running) {
      writer.get();
    }
    threads.shutdown();

    Table table = catalog.loadTable(EVENTS);
    assertThat(TestTables.files(table)).hasSize(WRITERS * APPENDS).doesNotHaveDuplicates();
    assertLinear(table);
    assertTotals(table.currentSnapshot().summary(), WRITERS * APPENDS, WRITERS * APPENDS);
    if (format == 3) {
      assertRowIdsAreUnique(table, WRITERS * APPENDS);
    }
  }

  /** The table for a writer within the server's process, which takes no turns. */
  private Table withinTheServer(int writer) {
    return server
        .tables()
        .open(
            WriteOptions.on(RefName.MAIN, Author.named("w" + writer)),
            new TableName(Key.of("sales", "events")));
  }

  @Test
  void anAppendKeepsItsSnapshotIdAndWhatItSays() {
    Table table = create(2, false, 100);
    Table stale = stale();
    TestTables.append(table, "first", 1);
    stale.newAppend().appendFile(TestTables.file(stale, "second", 2)).set("job", "night").commit();

    Table now = catalog.loadTable(EVENTS);
    Snapshot saved = now.currentSnapshot();
    assertThat(stale.currentSnapshot().snapshotId()).isEqualTo(saved.snapshotId());
    assertThat(saved.summary()).containsEntry("job", "night").containsEntry("total-records", "3");
    assertThat(saved.parentId()).isEqualTo(table.currentSnapshot().snapshotId());
    assertThat(saved.summary())
        .containsEntry("added-files-size", "100")
        .containsEntry("total-files-size", "200");
  }

  @Test
  void aFirstAppendMeetsAnotherFirstAppend() {
    Table one = create(2, false, 100);
    Table other = stale();
    one.newFastAppend().appendFile(TestTables.file(one, "a", 1)).commit();
    other.newFastAppend().appendFile(TestTables.file(other, "b", 1)).commit();

    assertThat(TestTables.files(catalog.loadTable(EVENTS))).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anAppendIsAddedOnTopOfADelete() {
    Table table = create(2, false, 100);
    TestTables.append(table, "old", 1);
    Table stale = stale();
    table.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit();
    TestTables.append(stale, "new", 1);

    assertThat(TestTables.files(catalog.loadTable(EVENTS))).containsExactly("new");
  }

  @Test
  void anAppendMeetsANewColumn() {
    Table table = create(2, false, 100);
    Table stale = stale();
    table.updateSchema().addColumn("more", Types.LongType.get()).commit();
    TestTables.append(table, "a", 1);
    TestTables.append(stale, "b", 1);

    Table now = catalog.loadTable(EVENTS);
    assertThat(TestTables.files(now)).containsExactlyInAnyOrder("a", "b");
    assertThat(now.schema().findField("more")).isNotNull();
  }

  @Test
  void whatDoesMoreThanAppendStaysAConflict() {
    Table table = create(2, false, 100);
    TestTables.append(table, "old", 1);
    Table overwriting = stale();
    Table deleting = stale();
    Table mixed = stale();
    TestTables.append(table, "other", 1);

    assertThatThrownBy(
            () ->
                overwriting
                    .newOverwrite()
                    .overwriteByRowFilter(Expressions.alwaysTrue())
                    .addFile(TestTables.file(overwriting, "all", 1))
                    .commit())
        .isInstanceOf(CommitFailedException.class);
    assertThatThrownBy(
            () -> deleting.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()).commit())
        .isInstanceOf(CommitFailedException.class);
    var transaction = mixed.newTransaction();
    transaction.newAppend().appendFile(TestTables.file(mixed, "mixed", 1)).commit();
    transaction.updateProperties().set("a", "b").commit();
    assertThatThrownBy(transaction::commitTransaction).isInstanceOf(CommitFailedException.class);
    assertThat(TestTables.files(catalog.loadTable(EVENTS)))
        .containsExactlyInAnyOrder("old", "other");
  }

  @Test
  void anAppendToAStateThatWasRolledBackIsAConflict() {
    Table table = create(2, false, 100);
    TestTables.append(table, "first", 1);
    long first = table.currentSnapshot().snapshotId();
    TestTables.append(table, "bad", 1);
    Table stale = stale();
    table.manageSnapshots().rollbackTo(first).commit();

    assertThatThrownBy(() -> TestTables.append(stale, "onBad", 1))
        .isInstanceOf(CommitFailedException.class);
    assertThat(TestTables.files(catalog.loadTable(EVENTS))).containsExactly("first");
  }

  @Test
  void theClientsCleanUpTakesNoFileThatIsNeeded() {
    Table table = create(2, false, 2);
    for (int i = 0; i < 6; i++) {
      Table stale = stale();
      TestTables.append(table, "a" + i, 1);
      TestTables.append(stale, "b" + i, 1);
      table.refresh();
      for (Snapshot snapshot : catalog.loadTable(EVENTS).snapshots()) {
        assertThat(snapshot.allManifests(table.io()))
            .allSatisfy(
                manifest -> assertThat(table.io().newInputFile(manifest.path()).exists()).isTrue());
      }
    }
    assertThat(TestTables.files(catalog.loadTable(EVENTS))).hasSize(12).doesNotHaveDuplicates();
  }

  /** The table as it is now, for a client that does not look again before it commits. */
  private Table stale() {
    TableOperations operations = ((BaseTable) catalog.loadTable(EVENTS)).operations();
    return new BaseTable(new WithoutRefresh(operations), EVENTS.toString());
  }

  private record WithoutRefresh(TableOperations operations) implements TableOperations {
    @Override
    public TableMetadata current() {
      return operations.current();
    }

    @Override
    public TableMetadata refresh() {
      return operations.current();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      operations.commit(base, metadata);
    }

    @Override
    public FileIO io() {
      return operations.io();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return operations.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return operations.locationProvider();
    }
  }

  private static void append(Table table, String name, long rows) {
    DataFiles.Builder file =
        DataFiles.builder(table.spec())
            .withPath(table.locationProvider().newDataLocation(name + ".parquet"))
            .withFileSizeInBytes(100)
            .withRecordCount(rows);
    if (table.spec().isPartitioned()) {
      file.withPartitionPath("id_bucket=" + rows % 4);
    }
    DataFile data = file.build();
    table.newAppend().appendFile(data).commit();
  }

  private static void assertLinear(Table table) {
    List<Long> lineage = new ArrayList<>();
    long before = Long.MAX_VALUE;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      assertThat(snapshot.sequenceNumber()).isLessThan(before);
      before = snapshot.sequenceNumber();
      lineage.add(snapshot.snapshotId());
    }
    assertThat(lineage).hasSize(WRITERS * APPENDS).doesNotHaveDuplicates();
  }

  private static void assertTotals(Map<String, String> summary, int files, long rows) {
    assertThat(new HashMap<>(summary))
        .containsEntry("total-data-files", Integer.toString(files))
        .containsEntry("total-records", Long.toString(rows))
        .containsEntry("total-files-size", Integer.toString(files * 100));
  }

  private static void assertRowIdsAreUnique(Table table, long rows) throws Exception {
    Set<Long> ids = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        long first = task.file().firstRowId();
        for (long id = first; id < first + task.file().recordCount(); id++) {
          assertThat(ids.add(id)).isTrue();
        }
      }
    } catch (ValidationException e) {
      throw new AssertionError(e);
    }
    assertThat(ids).hasSize((int) rows);
  }
}
