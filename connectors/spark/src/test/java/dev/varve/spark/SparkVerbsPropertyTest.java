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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
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
    System.out.println("diffs on Spark: " + merges.forEach(SparkVerbsPropertyTest::diff));
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

  private static List<String> diff(long seed) {
    TableChange.Rows expected =
        merges
            .lake()
            .history()
            .diff(
                new DiffQuery(
                    "ours" + seed, "theirs" + seed, Optional.of("t" + seed), RowDetail.ROWS, 0))
            .stream()
            .findFirst()
            .flatMap(TableChange::rows)
            .orElse(new TableChange.Rows(0, 0, 0, 0, List.of(), List.of(), List.of(), false));
    Map<String, Long> counts = new TreeMap<>();
    try {
      for (Row row :
          merges
              .varve()
              .diff("t" + seed, "ours" + seed, "theirs" + seed)
              .groupBy("kind")
              .count()
              .collectAsList()) {
        counts.put(row.getString(0), row.getLong(1));
      }
    } catch (IllegalArgumentException e) {
      assertThat(RandomMerges.isRefused(e)).isTrue();
      return List.of("refused");
    }
    assertThat(
            List.of(
                counts.getOrDefault("added", 0L),
                counts.getOrDefault("removed", 0L),
                counts.getOrDefault("changed", 0L)))
        .as("added, removed and changed rows")
        .containsExactly(expected.added(), expected.removed(), expected.changed());
    return List.copyOf(counts.keySet());
  }
}
