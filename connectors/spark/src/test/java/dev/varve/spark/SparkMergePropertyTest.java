package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Published;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Resolution;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.Take;
import dev.varve.client.Merges.Winner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The random merges of the engine's own test, by the server and by Spark: the same rows, or the
 * same conflicts, and the same rows when these are resolved alike.
 */
class SparkMergePropertyTest {
  private static final String EVEN = "length(coalesce(cell, '')) % 2 = 0";

  @TempDir static Path dir;
  private static RandomMerges merges;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    merges = RandomMerges.make(dir, 24);
  }

  @AfterAll
  static void stop() {
    if (merges != null) {
      merges.close();
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // several jobs for each case
  void sparkMergesAsTheServerDoes() {
    Map<String, Integer> seen = merges.forEach(SparkMergePropertyTest::check);

    System.out.println("merges on Spark: " + seen);
    if (merges.seeds().size() > 1) {
      assertThat(seen.keySet()).contains("rows", "rows-conflict", "resolved");
    }
  }

  private static List<String> check(long seed) {
    List<String> outcomes = new ArrayList<>();
    outcomes.add(check(seed, Winner.FAIL, outcomes));
    if (outcomes.contains("rows-conflict")) {
      outcomes.add(check(seed, seed % 2 == 0 ? Winner.OURS : Winner.THEIRS, outcomes));
    }
    return outcomes;
  }

  private static String check(long seed, Winner strategy, List<String> outcomes) {
    String theirs = "theirs" + seed;
    String here = merges.branch(seed, "server" + strategy, "ours" + seed);
    String there = merges.branch(seed, "spark" + strategy, "ours" + seed);
    ConflictOptions options = RandomMerges.options(strategy);
    Report expected =
        merges
            .lake()
            .merges()
            .merge(theirs, here, Mode.AUTO, Run.PREPARE, CommitOptions.NONE, options);
    SparkMerge found;
    try {
      found = merges.varve().merge(theirs, there, Mode.AUTO, CommitOptions.NONE, options);
    } catch (IllegalArgumentException e) {
      assertThat(RandomMerges.isRefused(e)).isTrue();
      return "refused";
    }
    assertThat(found.outcome()).as("%s%n%s", expected, found).isEqualTo(expected.outcome());
    if (expected.outcome() == Outcome.CONFLICTED) {
      String code = expected.conflicts().get(0).code();
      assertThat(found.conflicts().get(0).code()).isEqualTo(code);
      if (code.equals("rows-conflict")) {
        outcomes.add(resolve(seed, expected.prepared().orElseThrow().name(), found));
      }
      return code;
    }
    List<String> levels = expected.tables().stream().map(it -> it.level()).toList();
    if (expected.outcome() == Outcome.MERGED) {
      publish(expected.prepared().orElseThrow().name());
    }
    merges.requireSame("t" + seed, here, there);
    assertThat(found.report().orElseThrow().tables().stream().map(it -> it.level()))
        .containsExactlyElementsOf(levels);
    return levels.isEmpty() ? "nothing to do" : levels.get(0);
  }

  private static void publish(String name) {
    assertThat(merges.lake().merges().publish(name, CommitOptions.NONE).outcome())
        .isEqualTo(Published.PUBLISHED);
  }

  /** Both found the same conflicts; both are told the same of them, and come to the same rows. */
  private static String resolve(long seed, String here, SparkMerge found) {
    String there = found.prepared().orElseThrow();
    assertThat(conflicts(seed, there)).isEqualTo(conflicts(seed, here));
    boolean keyed =
        merges.rows("DESCRIBE SELECT * FROM conflicts.t" + seed, here).toString().contains("key");
    for (String name : List.of(here, there)) {
      say(seed, name, keyed ? "NOT " + EVEN : "true", Take.THEIRS);
      say(seed, name, keyed ? EVEN : "false", Take.OURS);
    }
    Report finished = merges.lake().merges().finish(here, CommitOptions.NONE);
    SparkMerge onSpark = merges.varve().finish(there, CommitOptions.NONE);
    assertThat(onSpark.outcome()).isEqualTo(finished.outcome());
    if (finished.outcome() != Outcome.MERGED) {
      return "resolved, and in the way is another";
    }
    publish(here);
    merges.requireSame("t" + seed, "server" + Winner.FAIL + seed, "spark" + Winner.FAIL + seed);
    return "resolved";
  }

  private static void say(long seed, String name, String where, Take take) {
    merges
        .lake()
        .merges()
        .resolve(
            name,
            new Resolution(
                Optional.of("t" + seed),
                Optional.empty(),
                List.of(),
                Optional.of(where),
                Optional.empty(),
                take,
                Optional.empty()),
            CommitOptions.NONE);
  }

  /** All that is kept, in one order; rows as JSON, in which types that Spark lacks look alike. */
  private static List<String> conflicts(long seed, String name) {
    String table = "conflicts.t" + seed;
    String columns =
        merges.rows("DESCRIBE SELECT * FROM " + table, name).stream()
            .map(row -> row.substring(2, row.indexOf('"', 2)))
            .map(column -> "to_json(\"%1$s\")::VARCHAR AS \"%1$s\"".formatted(column))
            .reduce((one, other) -> one + ", " + other)
            .orElseThrow();
    return merges.rows("SELECT " + columns + " FROM " + table + " ORDER BY ALL", name);
  }
}
