package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.file;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentCommitsTest {
  private static final TableName FLIGHTS = TableName.parse("flights");
  private static final int THREADS = 16;
  private static final int EACH = 3;

  /** A writer may lose to each of the others, as often as these commit. */
  private static final Map<String, String> PATIENT =
      Map.of(TableProperties.COMMIT_NUM_RETRIES, "1000");

  @TempDir Path directory;
  private LakeFixture lake;
  private ExecutorService threads;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    threads = Executors.newFixedThreadPool(THREADS);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    lake.close();
  }

  @Test
  void everyAppendOfManyWritersToOneTableLands() throws Exception {
    lake.begin(FLIGHTS, PATIENT).commitTransaction();
    inParallel(
        THREADS,
        writer -> {
          for (int i = 0; i < EACH; i++) {
            lake.append(MAIN, FLIGHTS, (long) writer * EACH + i);
          }
        });

    assertThat(lake.numbers(MAIN, FLIGHTS))
        .isEqualTo(LongStream.range(0, THREADS * EACH).boxed().toList());
    assertThat(lake.tables().loadHead(MAIN, FLIGHTS).metadata().snapshots())
        .hasSize(THREADS * EACH);
    Set<Path> files = metadataFiles();
    Set<Path> reachable = reachableMetadataFiles();
    assertThat(files).containsAll(reachable);
    files.removeAll(reachable);
    assertThat(files).allMatch(file -> file.toString().endsWith(".metadata.json"));
  }

  private Set<Path> metadataFiles() throws IOException {
    Path metadata = lake.warehouse().root().resolve("lake/metadata");
    try (Stream<Path> files = Files.walk(metadata)) {
      return files.filter(Files::isRegularFile).collect(Collectors.toSet());
    }
  }

  /** What the head and the commits before it name; attempts that lost leave a metadata.json. */
  private Set<Path> reachableMetadataFiles() {
    Set<Path> files = new HashSet<>();
    TableMetadata head = lake.tables().loadHead(MAIN, FLIGHTS).metadata();
    for (Snapshot snapshot : head.snapshots()) {
      files.add(lake.warehouse().path(snapshot.manifestListLocation()));
      for (ManifestFile manifest : snapshot.allManifests(lake.warehouse().io())) {
        files.add(lake.warehouse().path(manifest.path()));
      }
    }
    Optional<ObjectId> at = Optional.of(lake.head(MAIN));
    while (at.isPresent()) {
      lake.tables()
          .find(at.get(), FLIGHTS)
          .map(table -> lake.warehouse().path(table.metadata().metadataFileLocation()))
          .ifPresent(files::add);
      at = lake.repository().commit(at.get()).firstParent();
    }
    return files;
  }

  @Test
  void writersOfDifferentTablesNeverWaitForOneAnother() throws Exception {
    List<TableName> tables = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      TableName name = TableName.parse("t" + i);
      lake.begin(name, Map.of(TableProperties.COMMIT_NUM_RETRIES, "0")).commitTransaction();
      tables.add(name);
    }

    inParallel(
        THREADS,
        writer -> {
          for (int i = 0; i < EACH; i++) {
            lake.append(MAIN, tables.get(writer), i);
          }
        });

    for (TableName table : tables) {
      assertThat(lake.numbers(MAIN, table)).hasSize(EACH);
    }
  }

  @Test
  void rowIdsStayApartUnderConcurrentAppendsOnTwoBranches() throws Exception {
    Map<String, String> properties = new HashMap<>(PATIENT);
    properties.put(TableProperties.FORMAT_VERSION, "3");
    lake.begin(FLIGHTS, properties).commitTransaction();
    lake.branch(EXP);
    inParallel(
        8,
        writer -> {
          for (int i = 0; i < 3; i++) {
            lake.append(writer % 2 == 0 ? MAIN : EXP, FLIGHTS, 1, 2, 3);
          }
        });

    Set<Long> rowIds = new HashSet<>();
    for (RefName branch : List.of(MAIN, EXP)) {
      for (Snapshot snapshot : lake.tables().loadHead(branch, FLIGHTS).metadata().snapshots()) {
        for (long id = 0; id < 3; id++) {
          assertThat(rowIds.add(snapshot.firstRowId() + id)).isTrue();
        }
      }
    }
    assertThat(rowIds).hasSize(8 * 3 * 3);
  }

  @Test
  void aSchemaChangeAndAppendsGetOnTogether() throws Exception {
    lake.create("flights");
    inParallel(
        4,
        writer -> {
          if (writer == 0) {
            boolean done = false;
            while (!done) {
              done = tryAddColumn();
            }
          } else {
            Table table = lake.open(MAIN, FLIGHTS);
            table.newAppend().appendFile(file(table, writer)).commit();
          }
        });

    assertThat(lake.tables().loadHead(MAIN, FLIGHTS).metadata().schema().findField("x"))
        .isNotNull();
    assertThat(lake.numbers(MAIN, FLIGHTS)).containsExactly(1L, 2L, 3L);
  }

  private boolean tryAddColumn() {
    try {
      lake.open(MAIN, FLIGHTS).updateSchema().addColumn("x", Types.LongType.get()).commit();
      return true;
    } catch (org.apache.iceberg.exceptions.CommitFailedException e) {
      return false;
    }
  }

  private interface Work {
    void run(int writer);
  }

  private void inParallel(int writers, Work work) throws Exception {
    List<Callable<Void>> calls = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int writer = i;
      calls.add(
          () -> {
            work.run(writer);
            return null;
          });
    }
    for (Future<Void> future : threads.invokeAll(calls)) {
      future.get();
    }
  }
}
