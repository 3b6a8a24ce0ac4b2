package dev.varve.engine.diff;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of a diff: what they cost, counted in comparisons of the tables. */
class RowDiffCacheTest {
  private static final int ROWS = 50;

  @TempDir Path directory;
  private final AtomicInteger comparisons = new AtomicInteger();
  private IngestFixture lake;
  private ObjectId before;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    String rows =
        IntStream.range(0, ROWS).mapToObj(id -> id + ",0\n").collect(Collectors.joining());
    lake.ingest()
        .ingest(
            IngestFixture.text("id,a\n" + rows)
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
    before = lake.lake().head(MAIN);
    set("a + 1");
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void set(String value) {
    new TableEdits(lake.lake().tables(), lake::duck)
        .update(on(MAIN), IngestFixture.T, Map.of("a", value), "true");
  }

  private Diffs diffs(long cacheBytes) {
    return new Diffs(
        lake.lake().tables(),
        () -> {
          comparisons.incrementAndGet();
          return lake.duck();
        },
        new RowDiffCache(cacheBytes));
  }

  private List<RowChange> paged(Diffs diffs, int limit) {
    List<RowChange> rows = new ArrayList<>();
    RowDiff page;
    do {
      page =
          diffs.rows(
              before, lake.lake().head(MAIN), IngestFixture.T, new RowPage(rows.size(), limit));
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
      rows.addAll(page.rows());
    } while (rows.size() < page.total());
    return rows;
  }

  @Test
  void whoTurnsPagesHasTheTablesComparedTwice() {
    Diffs diffs = diffs(RowDiffCache.DEFAULT_BYTES);
    List<RowChange> whole = paged(diffs, ROWS);
    comparisons.set(0);

    assertThat(paged(diffs(RowDiffCache.DEFAULT_BYTES), 3)).isEqualTo(whole);
    assertThat(comparisons).hasValue(2); // for the first page, and for all behind it
    assertThat(paged(diffs, 7)).isEqualTo(whole);
    assertThat(comparisons).hasValue(2); // the whole was there already
  }

  @Test
  void aPageBehindTheLastHasNoRowsAndTheCounts() {
    Diffs diffs = diffs(RowDiffCache.DEFAULT_BYTES);
    RowPage behind = new RowPage(ROWS + 10, 5);

    for (int time = 0; time < 2; time++) {
      RowDiff page = diffs.rows(before, lake.lake().head(MAIN), IngestFixture.T, behind);
      assertThat(page.rows()).isEmpty();
      assertThat(page.changed()).isEqualTo(ROWS);
    }
    assertThat(comparisons).hasValue(1);
  }

  @Test
  void withoutRoomEachPageIsComparedAndAllAreThere() {
    assertThat(paged(diffs(0), 20)).hasSize(ROWS);
    assertThat(comparisons).hasValue(3);
  }

  @Test
  void anotherStateOfTheTableIsComparedAnew() {
    Diffs diffs = diffs(RowDiffCache.DEFAULT_BYTES);
    assertThat(paged(diffs, ROWS).get(0).after()).contains("{\"id\":0,\"a\":1}");

    set("a + 1");

    assertThat(paged(diffs, ROWS).get(0).after()).contains("{\"id\":0,\"a\":2}");
    assertThat(comparisons).hasValue(2);
  }
}
