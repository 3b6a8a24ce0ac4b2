package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.Distribution;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit to a table costs, by counting. */
class CommitCostTest {
  private static final int COMMITS = 30;
  private static final int LISTED_FILES = 10;
  private static final int TABLES = 8;

  /** Room for the metadata of twice these tables. */
  private static final int SMALL_CACHE_BYTES = 2 * TABLES * 2 * 4_000;

  @TempDir private Path directory;
  private LakeFixture lake;
  private Tables tables;
  private TableName table;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    tables = lake.tables();
    table = lake.create("flights");
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void aCommitIsOneSyncedWrite() {
    long before = syncs();

    for (int i = 0; i < COMMITS; i++) {
      set("n", Integer.toString(i));
    }

    assertThat(syncs() - before).isEqualTo(COMMITS);
  }

  @Test
  void metadataThatWasJustCommittedIsNotParsedAgain() {
    CacheStatistics before = tables.metadataCache();

    for (int i = 0; i < COMMITS; i++) {
      LoadedTable committed = set("n", Integer.toString(i));
      tables.served(committed);
      tables.load(committed.commitId(), table);
    }

    CacheStatistics after = tables.metadataCache();
    assertThat(after.misses() - before.misses()).isZero();
    assertThat(after.hits() - before.hits()).isGreaterThanOrEqualTo(3 * COMMITS);
  }

  @Test
  void tablesStayParsedHoweverManyVersionsTheyHaveHad() {
    tables = lake.tables(new TableSettings(SMALL_CACHE_BYTES, ForeignFiles.REFUSED));
    List<TableName> names = IntStream.range(0, TABLES).mapToObj(i -> lake.create("t" + i)).toList();
    names.forEach(name -> set(name, "n", "-"));
    CacheStatistics before = tables.metadataCache();

    for (int i = 0; i < COMMITS; i++) {
      for (TableName name : names) {
        set(name, "n", Integer.toString(i));
      }
    }

    CacheStatistics after = tables.metadataCache();
    assertThat(after.misses() - before.misses()).isZero();
    assertThat(after.weight()).isLessThanOrEqualTo(SMALL_CACHE_BYTES);
  }

  @Test
  void theBytesOfACommitDoNotGrowWithTheNumberOfCommits() {
    for (int i = 0; i < LISTED_FILES; i++) {
      set("n", "0");
    }
    int length = valueOf(set("n", "0"));

    for (int i = 0; i < COMMITS; i++) {
      set("n", "0");
    }

    LoadedTable last = set("n", "0");
    assertThat(last.metadata().previousFiles()).hasSize(LISTED_FILES);
    assertThat(valueOf(last)).isEqualTo(length);
  }

  private int valueOf(LoadedTable table) {
    return lake.repository().value(table.content()).length;
  }

  private LoadedTable set(String property, String value) {
    return set(table, property, value);
  }

  private LoadedTable set(TableName name, String property, String value) {
    LoadedTable base = tables.loadHead(MAIN, name);
    TableMetadata updated =
        TableMetadata.buildFrom(base.metadata()).setProperties(Map.of(property, value)).build();
    TableChange change = new TableChange(name, Optional.of(base), updated);
    return tables.commit(on(MAIN), List.of(change)).tables().get(0);
  }

  private long syncs() {
    Distribution syncs = lake.catalog().statistics().syncMicros();
    return syncs.counts().stream().mapToLong(Long::longValue).sum();
  }
}
