package dev.varve.benchmarks.merge;

import dev.varve.benchmarks.merge.Change.Spread;
import dev.varve.benchmarks.report.Machine;
import dev.varve.benchmarks.report.Result;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.sql.DuckSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures whole merges of a table, from the plan to the durable commit, by how many rows both
 * sides changed, and the same join written by hand in DuckDB beside each, in turns and with the
 * same settings; then Spark's {@code MERGE INTO} of the same changes.
 */
@Command(
    name = "row-merge",
    mixinStandardHelpOptions = true,
    description = "Measures merges of rows by how many were changed.")
public final class RowMergeCost implements Callable<Integer> {
  @Option(names = "--directory", required = true, description = "An empty one, on a real disk.")
  private Path directory;

  @Option(names = "--json", description = "A file that gets a line of JSON for each measurement.")
  private Optional<Path> json = Optional.empty();

  @Option(names = "--rows", defaultValue = "6000000", description = "Rows of the table.")
  private long rows;

  @Option(names = "--rounds", defaultValue = "3", description = "Of which the median counts.")
  private int rounds;

  @Option(
      names = "--percent",
      split = ",",
      defaultValue = "0.01,0.1,1,10,50,100",
      description = "How many of the rows each side changes; those above 50 are adjacent only.")
  private List<Double> percents;

  @Option(
      names = "--spark",
      arity = "1..*",
      description = "Last: the command that runs Spark's merges, word by word.")
  private List<String> spark = List.of();

  /** Runs the measurement. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new RowMergeCost()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    directory = Files.createDirectories(directory.toAbsolutePath());
    List<Change> changes = changes();
    Path forSpark = Files.createDirectories(directory.resolve("spark"));
    Map<Change, Double> merged = new LinkedHashMap<>();
    try (MergedLake lake = new MergedLake(directory.resolve("lake"), rows)) {
      for (Change change : changes) {
        lake.change(change);
        merged.put(change, measure(lake, change));
        if (!spark.isEmpty()) {
          SparkMerges.prepare(forSpark, change, lake);
        }
      }
    }
    if (!spark.isEmpty()) {
      Map<String, SparkMerges.Seconds> seconds = new SparkMerges(spark).run(forSpark);
      for (Change change : changes) {
        SparkMerges.Seconds took = seconds.get(change.label());
        add("spark", change, took.given());
        add("spark-finding", change, took.found());
        System.out.printf(
            Locale.ROOT,
            "%-18s Spark's MERGE INTO %8.3f s, %6.1f times as long; finding the changes %8.3f s,"
                + " %6.1f times%n",
            change.label(),
            took.given(),
            took.given() / merged.get(change),
            took.found(),
            took.found() / merged.get(change));
      }
    }
    return 0;
  }

  private List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Spread spread : Spread.values()) {
      for (double percent : percents) {
        if (percent <= spread.most()) {
          changes.add(new Change(percent, spread, rows));
        }
      }
    }
    return changes;
  }

  private double measure(MergedLake lake, Change change) throws IOException {
    JoinByHand.Files files = lake.files(change);
    Path joined = directory.resolve("joined.parquet");
    List<Double> merges = new ArrayList<>();
    List<Double> joins = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      RefName into = lake.merge(change);
      long between = System.nanoTime();
      try (DuckSession session = lake.duck().trusted()) {
        JoinByHand.run(session, files, joined);
      }
      joins.add((System.nanoTime() - between) / 1e9);
      merges.add((between - start) / 1e9);
      if (round == 0) {
        lake.requireMerged(into, change);
      }
    }
    Files.delete(joined);
    double merge = median(merges);
    double join = median(joins);
    add("varve", change, merge);
    add("join-by-hand", change, join);
    System.out.printf(
        Locale.ROOT,
        "%-18s merge %7.3f s, join by hand %7.3f s, ratio %.2f%n",
        change.label(),
        merge,
        join,
        merge / join);
    return merge;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private void add(String what, Change change, double seconds) throws IOException {
    if (json.isPresent()) {
      Result.of("row-merge." + what, change.parameters(), "s", seconds)
          .by("benchmarks/run row-merge", Machine.load())
          .appendTo(json.get());
    }
  }
}
