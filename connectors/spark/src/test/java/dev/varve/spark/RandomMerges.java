package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.Winner;
import dev.varve.client.RemoteRepository;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The random merges of the engine's own test in a running server, with a Spark session: of each
 * seed a table {@code tSEED}, and branches {@code oursSEED} and {@code theirsSEED} that changed it.
 *
 * <p>{@code -Dvarve.seed=…} makes one case, {@code -Dvarve.spark.merges=…} more of them.
 */
record RandomMerges(TestServer server, TestSpark spark, List<Long> seeds) implements AutoCloseable {
  /**
   * Makes them.
   *
   * @param count how many, unless a property says otherwise
   */
  static RandomMerges make(Path dir, long count) throws IOException, InterruptedException {
    Path data = Files.createDirectory(dir.resolve("data"));
    Long only = Long.getLong("varve.seed");
    Path tests = Path.of(System.getProperty("varve.engine.tests")).normalize();
    Process maker =
        new ProcessBuilder(
                TestServer.java(),
                "-cp",
                tests + ":" + TestServer.classPath() + ":" + orc(),
                "dev.varve.engine.merge.RandomLake",
                data.toString(),
                Long.toString(only == null ? 0 : only),
                Long.toString(only == null ? Long.getLong("varve.spark.merges", count) : 1))
            .redirectError(dir.resolve("maker.log").toFile())
            .start();
    List<Long> seeds = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(maker.getInputStream(), StandardCharsets.UTF_8))) {
      out.lines().map(Long::valueOf).forEach(seeds::add);
    }
    assertThat(maker.waitFor()).as(Files.readString(dir.resolve("maker.log"))).isZero();
    assertThat(seeds).isNotEmpty();
    return new RandomMerges(TestServer.start(data), new TestSpark(dir), seeds);
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

  RemoteRepository lake() {
    return server.lake();
  }

  VarveSpark varve() {
    return VarveSpark.of(spark.session(), lake());
  }

  static ConflictOptions options(Winner strategy) {
    return new ConflictOptions(
        strategy, new TreeMap<>(), new TreeMap<>(), 0, 1000, Optional.empty());
  }

  /** Makes a branch of a seed. */
  String branch(long seed, String name, String from) {
    String branch = name + seed;
    lake().branches().create(branch, from, CommitOptions.NONE);
    return branch;
  }

  /** Runs a check for each seed; tells how often each outcome was met. */
  Map<String, Integer> forEach(Function<Long, List<String>> check) {
    Map<String, Integer> seen = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (long seed : seeds) {
      try {
        check.apply(seed).forEach(outcome -> seen.merge(outcome, 1, Integer::sum));
      } catch (Exception | AssertionError e) { // Spark's own are checked, and not declared
        failures.add("seed " + seed + ": " + e);
      }
    }
    assertThat(failures).isEmpty();
    return seen;
  }

  /** Whether Spark says that it has no type for a column, as of a time of day, or lacks it. */
  static boolean isRefused(IllegalArgumentException refusal) {
    assertThat(refusal.getMessage())
        .containsAnyOf("which Spark has no type for", "which the table no longer has");
    return true;
  }

  /** Two branches have a table in the same columns, with the same rows as often. */
  void requireSame(String table, String branch, String other) {
    String describe = "DESCRIBE SELECT * FROM " + table;
    assertThat(rows(describe, branch)).isEqualTo(rows(describe, other));
    assertThat(more(table, branch, other)).containsExactly("[0]");
    assertThat(more(table, other, branch)).containsExactly("[0]");
  }

  /** How many rows of a table one branch has that another has not, or less often. */
  private List<String> more(String table, String branch, String other) {
    return rows(
        "SELECT count(*) FROM (SELECT * FROM %1$s EXCEPT ALL SELECT * FROM %1$s AT (VERSION => '%2$s'))"
            .formatted(table, other),
        branch);
  }

  /** The rows of a query that the server runs. */
  List<String> rows(String sql, String ref) {
    try {
      return server.rows(sql, ref);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    spark.close();
    server.close();
  }
}
