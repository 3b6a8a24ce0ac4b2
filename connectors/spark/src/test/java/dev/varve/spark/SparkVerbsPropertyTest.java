package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.client.CommitOptions;
import dev.varve.client.History.DiffQuery;
import dev.varve.client.History.RowDetail;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.Winner;
import dev.varve.client.TableChange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cherry-pick, revert and diff of random tables, by the server and by Spark: the same outcomes, the
 * same rows.
 */
class SparkVerbsPropertyTest {
  @TempDir static Path dir;
  private static RandomMerges merges;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    merges = RandomMerges.make(dir, 12);
  }

  @AfterAll
  static void stop() {
    if (merges != null) {
      merges.close();
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // several jobs for each case
  void sparkPicksAndRevertsAsTheServerDoes() {
    Map<String, Integer> seen = merges.forEach(SparkVerbsPropertyTest::pickAndRevert);

    System.out.println("cherry-picks and reverts on Spark: " + seen);
    if (merges.seeds().size() > 1) {
      assertThat(seen.keySet()).contains("picked: rows", "reverted: rows");
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void sparkFindsTheRowsThatDifferAsTheServerDoes() {
    Map<String, Integer> seen = merges.forEach(SparkVerbsPropertyTest::diff);

    System.out.println("diffs on Spark, by row: " + seen);
    if (merges.seeds().size() > 1) {
      assertThat(seen.keySet()).contains("added", "removed", "changed");
    }
  }

  /** Picks theirs' commit onto ours, and then undoes ours' own commit, which lies below it. */
  private static List<String> pickAndRevert(long seed) {
    String ours = "ours" + seed;
    String here = merges.branch(seed, "server", ours);
    String there = merges.branch(seed, "spark", ours);
    List<String> seen = new ArrayList<>();
    Report picked =
        merges
            .lake()
            .merges()
            .cherryPick(
                "theirs" + seed,
                here,
                Optional.empty(),
                Run.REAL,
                CommitOptions.NONE,
                RandomMerges.options(Winner.THEIRS));
    try {
      SparkMerge pick =
          merges
              .varve()
              .cherryPick(
                  "theirs" + seed,
                  there,
                  Optional.empty(),
                  CommitOptions.NONE,
                  RandomMerges.options(Winner.THEIRS));
      seen.add("picked: " + compare(seed, picked, pick, here, there));
      if (picked.outcome() != Outcome.MERGED) {
        return seen;
      }
      Report reverted =
          merges
              .lake()
              .merges()
              .revert(
                  ours,
                  here,
                  Optional.empty(),
                  Run.REAL,
                  CommitOptions.NONE,
                  RandomMerges.options(Winner.OURS));
      SparkMerge revert =
          merges
              .varve()
              .revert(
                  ours,
                  there,
                  Optional.empty(),
                  CommitOptions.NONE,
                  RandomMerges.options(Winner.OURS));
      seen.add("reverted: " + compare(seed, reverted, revert, here, there));
    } catch (IllegalArgumentException e) {
      assertThat(RandomMerges.isRefused(e)).isTrue();
      seen.add("refused");
    }
    return seen;
  }

  private static String compare(
      long seed, Report expected, SparkMerge found, String here, String there) {
    assertThat(found.outcome()).as("%s%n%s", expected, found).isEqualTo(expected.outcome());
    if (expected.outcome() == Outcome.CONFLICTED) {
      assertThat(found.conflicts().get(0).code()).isEqualTo(expected.conflicts().get(0).code());
      return expected.conflicts().get(0).code();
    }
    merges.requireSame("t" + seed, here, there);
    return expected.tables().isEmpty() ? "nothing to do" : expected.tables().get(0).level();
  }

  /** A row before and after, of which one may be null. */
  private record Change(String kind, Object before, Object after) {}

  /** What a branch did, and what tells two branches apart. */
  private static List<String> diff(long seed) {
    List<String> kinds = new ArrayList<>(diff("t" + seed, "main", "ours" + seed));
    kinds.addAll(diff("t" + seed, "ours" + seed, "theirs" + seed));
    return kinds;
  }

  private static List<String> diff(String table, String from, String to) {
    Dataset<Row> diff;
    try {
      diff = merges.varve().diff(table, from, to);
    } catch (IllegalArgumentException e) {
      assertThat(RandomMerges.isRefused(e)).isTrue();
      return List.of("refused");
    }
    List<Change> found =
        diff.collectAsList().stream()
            .map(
                row ->
                    new Change(
                        row.getString(0),
                        PlainRows.of(row.getStruct(1)),
                        PlainRows.of(row.getStruct(2))))
            .toList();
    StructType row = (StructType) diff.schema().apply("after").dataType();
    assertThat(found)
        .as("from %s to %s", from, to)
        .containsExactlyInAnyOrderElementsOf(told(table, from, to, row));
    return found.stream().map(Change::kind).toList();
  }

  /** What the server tells, page by page. */
  private static List<Change> told(String table, String from, String to, StructType row) {
    List<Change> all = new ArrayList<>();
    Optional<TableChange.Rows> page = page(table, from, to, 0);
    while (page.isPresent()) {
      TableChange.Rows rows = page.get();
      rows.items().stream()
          .map(
              it ->
                  new Change(
                      it.kind(),
                      PlainRows.of(rows.columns(), it.before(), row),
                      PlainRows.of(rows.columns(), it.after(), row)))
          .forEach(all::add);
      if (!rows.truncated()) {
        assertThat(all).hasSize((int) (rows.added() + rows.removed() + rows.changed()));
        return all;
      }
      assertThat(rows.items()).isNotEmpty();
      page = page(table, from, to, all.size());
    }
    return all;
  }

  /** A page of rows; none if nothing differs. */
  private static Optional<TableChange.Rows> page(
      String table, String from, String to, long offset) {
    return merges
        .lake()
        .history()
        .diff(new DiffQuery(from, to, Optional.of(table), RowDetail.ROWS, offset))
        .stream()
        .findFirst()
        .flatMap(TableChange::rows);
  }
}
