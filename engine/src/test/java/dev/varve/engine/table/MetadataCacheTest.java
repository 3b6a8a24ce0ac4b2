package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.NUMBERS;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.CacheStatistics;
import dev.varve.catalog.RepositoryName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cache of table metadata for several repositories. */
class MetadataCacheTest {
  private static final int BOUND = 60_000;
  private static final int TABLES = 12;

  @TempDir Path directory;
  private LakeFixture lake;
  private MetadataCache cache;
  private final List<Tables> repositories = new ArrayList<>();

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    cache = new MetadataCache(lake.warehouse(), BOUND);
    for (String name : List.of("one", "two", "three")) {
      repositories.add(
          new Tables(
              lake.catalog().create(new RepositoryName(name)),
              lake.warehouse(),
              TableSettings.defaults(),
              cache));
    }
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void repositoriesTogetherKeepNoMoreThanItsBoundAndReadWhatIsTheirs() {
    for (int table = 0; table < TABLES; table++) {
      for (int repository = 0; repository < repositories.size(); repository++) {
        create(repositories.get(repository), "t" + table, "of " + repository);
        assertThat(cache.statistics().weight()).isPositive().isLessThanOrEqualTo(BOUND);
      }
    }

    for (int round = 0; round < 2; round++) {
      for (int table = 0; table < TABLES; table++) {
        for (int repository = 0; repository < repositories.size(); repository++) {
          assertThat(property(repositories.get(repository), "t" + table))
              .isEqualTo("of " + repository);
          assertThat(cache.statistics().weight()).isLessThanOrEqualTo(BOUND);
        }
      }
    }

    CacheStatistics now = cache.statistics();
    assertThat(now.bound()).isEqualTo(BOUND);
    assertThat(now.evictions().orElseThrow()).isPositive();
    assertThat(now.misses()).isPositive();
  }

  @Test
  void metadataOfEachRepositoryStaysParsed() {
    create(repositories.get(0), "t", "a");
    create(repositories.get(1), "t", "b");
    CacheStatistics before = cache.statistics();

    for (int i = 0; i < 10; i++) {
      assertThat(property(repositories.get(0), "t")).isEqualTo("a");
      assertThat(property(repositories.get(1), "t")).isEqualTo("b");
    }

    assertThat(cache.statistics().misses()).isEqualTo(before.misses());
    assertThat(cache.statistics().hits()).isGreaterThanOrEqualTo(before.hits() + 20);
    assertThat(repositories.get(2).metadataCache()).isEqualTo(cache.statistics());
  }

  private static void create(Tables tables, String name, String property) {
    tables
        .create(
            on(MAIN),
            TableName.parse(name),
            NUMBERS,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of("p", property))
        .commitTransaction();
  }

  private static String property(Tables tables, String name) {
    return tables.loadHead(MAIN, TableName.parse(name)).metadata().property("p", "none");
  }
}
