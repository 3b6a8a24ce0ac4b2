package dev.varve.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.CatalogStatistics.Outcome;
import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogStatisticsTest {
  private static final Author ADA = Author.named("Ada");

  @TempDir Path directory;

  @Test
  void writesAreCountedByOutcome() {
    try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
      Repository repository = catalog.create(RepositoryName.LAKE);
      ObjectId head = repository.refs().load(RefName.MAIN).commitId();
      RefName branch = RefName.parse("exp");
      repository.createBranch(branch, head, ADA, "test");
      ObjectId other = ObjectId.parse("0".repeat(64));
      assertThatThrownBy(() -> repository.reset(branch, head, Optional.of(other), ADA, "elsewhere"))
          .isInstanceOf(VarveException.class);
      assertThatThrownBy(() -> repository.createBranch(branch, head, ADA, "again"))
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REF_EXISTS));

      CatalogStatistics now = catalog.statistics();

      assertThat(count(now, Outcome.COMMITTED)).isEqualTo(2);
      assertThat(count(now, Outcome.CONFLICT)).isEqualTo(1);
      assertThat(count(now, Outcome.FAILED)).isEqualTo(1);
      assertThat(now.commitsPerSync().sum()).isEqualTo(1);
      assertThat(now.syncMicros().counts()).anyMatch(count -> count > 0);
      assertThat(now.queued()).isZero();
      assertThat(now.commits().entries().orElseThrow()).isPositive();
      assertThat(now.store()).containsKeys("live-data", "live-blobs", "wal");
      assertThat(now.store().get("wal")).isPositive();
    }
  }

  @Test
  void allRepositoriesTogetherKeepNoMoreInMemoryThanTheBoundsSay() {
    CatalogSettings small = new CatalogSettings(20_000, 30_000, 10, 1 << 20, 1 << 20, 10);
    try (Catalog catalog = Catalog.open(directory, small)) {
      for (String name : List.of("one", "two", "three")) {
        commitSome(catalog.create(new RepositoryName(name)));
      }

      CatalogStatistics now = catalog.statistics();

      assertThat(now.nodes().bound()).isEqualTo(20_000);
      assertThat(now.nodes().weight()).isPositive().isLessThanOrEqualTo(20_000);
      assertThat(now.commits().bound()).isEqualTo(30_000);
      assertThat(now.commits().weight()).isPositive().isLessThanOrEqualTo(30_000);
      assertThat(now.commits().evictions().orElseThrow()).isPositive();
      assertThat(now.commits().hitRate()).isBetween(0.0, 1.0).isPositive();
    }
  }

  @Test
  void blocksOfFilesAreReadOnceAndThenFoundInTheirCache() {
    try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
      commitSome(catalog.create(RepositoryName.LAKE));
    }
    try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
      Repository lake = catalog.repository(RepositoryName.LAKE);
      lake.refs().reflog(RefName.MAIN, 0, 1);
      CacheStatistics before = catalog.statistics().blocks().orElseThrow();

      lake.refs().reflog(RefName.MAIN, 0, 1);

      CacheStatistics after = catalog.statistics().blocks().orElseThrow();
      assertThat(before.misses()).isPositive();
      assertThat(after.misses()).isEqualTo(before.misses());
      assertThat(after.hits()).isGreaterThan(before.hits());
      assertThat(after.weight()).isPositive().isLessThan(after.bound());
    }
  }

  private static void commitSome(Repository repository) {
    History history = new History(repository);
    for (int i = 0; i < 30; i++) {
      Commit last = history.put("main", "t" + i, "value ".repeat(20) + i);
      repository.commit(last.id());
    }
  }

  @Test
  void aMeasureFallsIntoTheRangeThatEndsAtIt() {
    Tally tally = Tally.ofAmounts();
    tally.add(2);
    tally.add(3);
    tally.add(5_000);

    Distribution counted = tally.distribution();

    assertThat(counted.counts().get(counted.upperBounds().indexOf(2L))).isEqualTo(1);
    assertThat(counted.counts().get(counted.upperBounds().indexOf(4L))).isEqualTo(1);
    assertThat(counted.counts().get(counted.upperBounds().size())).isEqualTo(1);
    assertThat(counted.sum()).isEqualTo(5_005);
  }

  private static long count(CatalogStatistics statistics, Outcome outcome) {
    return statistics.writeMicros().get(outcome).counts().stream().mapToLong(it -> it).sum();
  }
}
