package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.Conflict;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.Winner;
import dev.varve.client.Queries;
import dev.varve.client.Queries.Query;
import dev.varve.client.RemoteRepository;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The random merges of the engine's own test, by the server and by Spark: the same rows, or the
 * same conflicts.
 *
 * <p>{@code -Dvarve.seed=…} runs one case, {@code -Dvarve.spark.merges=…} more of them.
 */
class SparkMergePropertyTest {
  @TempDir static Path dir;
  private static final List<Long> SEEDS = new ArrayList<>();
  private static TestServer server;
  private static TestSpark spark;
  private static RemoteRepository lake;

  private final Map<String, Integer> seen = new TreeMap<>();

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Path data = Files.createDirectory(dir.resolve("data"));
    Long only = Long.getLong("varve.seed");
    long count = only == null ? Long.getLong("varve.spark.merges", 24) : 1;
    Path tests = Path.of(System.getProperty("varve.engine.tests")).normalize();
    Process maker =
        new ProcessBuilder(
                TestServer.java(),
                "-cp",
                tests + ":" + TestServer.classPath() + ":" + orc(),
                "dev.varve.engine.merge.RandomLake",
                data.toString(),
                Long.toString(only == null ? 0 : only),
                Long.toString(count))
            .redirectError(dir.resolve("maker.log").toFile())
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(maker.getInputStream(), StandardCharsets.UTF_8))) {
      out.lines().map(Long::valueOf).forEach(SEEDS::add);
    }
    assertThat(maker.waitFor()).as(Files.readString(dir.resolve("maker.log"))).isZero();
    server = TestServer.start(data);
    spark = new TestSpark(dir);
    lake = server.lake();
  }

  /** Iceberg's writers want its classes to be there; the server has none, and Spark does. */
  private static String orc() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.concat(
            Stream.of(classPath.split(File.pathSeparator)).filter(path -> path.contains("orc")),
            Stream.of(System.getProperty("varve.orc") + "/*"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS) // several jobs for each case
  void sparkMergesAsTheServerDoes() {
    assertThat(SEEDS).isNotEmpty();
    List<String> failures = new ArrayList<>();
    for (long seed : SEEDS) {
      try {
        String outcome = check(seed, Winner.FAIL);
        if (outcome.equals("rows-conflict")) {
          check(seed, seed % 2 == 0 ? Winner.OURS : Winner.THEIRS);
        }
      } catch (RuntimeException | AssertionError e) {
        failures.add("seed " + seed + ": " + e);
      }
    }
    System.out.println("merges on Spark: " + seen);
    assertThat(failures).isEmpty();
    if (SEEDS.size() > 1) {
      assertThat(seen.keySet()).contains("rows", "rows-conflict");
    }
  }

  private String check(long seed, Winner strategy) {
    String here = branch(seed, "server", strategy);
    String there = branch(seed, "spark", strategy);
    ConflictOptions conflicts =
        new ConflictOptions(strategy, new TreeMap<>(), new TreeMap<>(), 0, 1000, Optional.empty());
    Report expected =
        lake.merges()
            .merge("theirs" + seed, here, Mode.AUTO, Run.REAL, CommitOptions.NONE, conflicts);
    SparkMerge found;
    try {
      found =
          VarveSpark.of(spark.session(), lake)
              .merge("theirs" + seed, there, Mode.AUTO, CommitOptions.NONE, conflicts);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("which Spark has no type for");
      return count("refused");
    }
    assertThat(found.outcome()).as("%s%n%s", expected, found).isEqualTo(expected.outcome());
    if (expected.outcome() == Outcome.CONFLICTED) {
      compare(expected.conflicts().get(0), found);
      return count(expected.conflicts().get(0).code());
    }
    String table = "t" + seed;
    assertThat(schema(table, there)).isEqualTo(schema(table, here));
    assertThat(more(table, here, there)).isZero();
    assertThat(more(table, there, here)).isZero();
    List<String> levels = expected.tables().stream().map(it -> it.level()).toList();
    assertThat(found.report().orElseThrow().tables().stream().map(it -> it.level()))
        .containsExactlyElementsOf(levels);
    return count(levels.isEmpty() ? "nothing to do" : levels.get(0));
  }

  private String count(String what) {
    seen.merge(what, 1, Integer::sum);
    return what;
  }

  private static String branch(long seed, String by, Winner strategy) {
    String name = by + seed + strategy;
    lake.branches().create(name, "ours" + seed, CommitOptions.NONE);
    return name;
  }

  private static String schema(String table, String branch) {
    return query("SELECT * FROM %s LIMIT 0".formatted(table), branch).columns().toString();
  }

  /** How many rows of a table one branch has that another has not, or less often. */
  private static long more(String table, String branch, String other) {
    return query(
            "SELECT count(*) FROM (SELECT * FROM %1$s EXCEPT ALL SELECT * FROM %1$s AT (VERSION => '%2$s'))"
                .formatted(table, other),
            branch)
        .next()
        .get(0)
        .asLong();
  }

  private static Queries.Rows query(String sql, String branch) {
    return lake.queries().run(new Query(sql, branch, Optional.empty(), Optional.empty()));
  }

  private static void compare(Conflict expected, SparkMerge found) {
    KeptConflict kept = found.conflicts().get(0);
    assertThat(kept.code()).isEqualTo(expected.code());
    if (expected.rows().isPresent()) {
      String prepared = found.prepared().orElseThrow();
      List<Row> rows =
          new RevisionTables(spark.session(), lake, prepared)
              .read(kept.rows().orElseThrow())
              .select("kind", "cell")
              .collectAsList();
      assertThat(rows.stream().map(row -> row.getString(0) + " " + row.getString(1)).sorted())
          .isEqualTo(
              expected.rows().get().items().stream()
                  .map(row -> row.kind() + " " + row.column().orElse(null))
                  .sorted()
                  .toList());
    }
    found.prepared().ifPresent(name -> lake.merges().abandon(name, CommitOptions.NONE));
  }
}
