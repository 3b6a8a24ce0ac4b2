package dev.varve.benchmarks.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Compares durable single-key commits with bare RocksDB where other work disturbs the machine: both
 * take turns of a second, so that each pair of turns sees about the same machine.
 *
 * <p>Usage: {@code GroupCommit [CLIENTS [PAIRS]]}, by default 64 clients and 10 pairs.
 */
public final class GroupCommit {
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final int TABLES = 1_000;

  /** Pairs that are not counted, while the code is compiled. */
  private static final int WARMUP = 4;

  private GroupCommit() {}

  /** Runs the comparison. */
  public static void main(String[] arguments) throws Exception {
    int clients = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
    int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    Path rocks = Files.createTempDirectory("varve-group-commit");
    Path lake = Files.createTempDirectory("varve-group-commit");
    try (Target limit = new RocksTarget(rocks);
        Target catalog = new CatalogTarget(lake, TABLES)) {
      List<Double> ratios = new ArrayList<>();
      print("%8s %12s %12s %8s%n", "clients", "rocksdb/s", "catalog/s", "ratio");
      ClosedLoop most = new ClosedLoop(limit, clients);
      ClosedLoop reached = new ClosedLoop(catalog, clients);
      for (int pair = 0; pair < WARMUP + pairs; pair++) {
        double bare = most.run(Duration.ZERO, TURN).perSecond();
        double ours = reached.run(Duration.ZERO, TURN).perSecond();
        if (pair >= WARMUP) {
          ratios.add(ours / bare);
          print("%8d %,12.0f %,12.0f %8.2f%n", clients, bare, ours, ours / bare);
        }
      }
      ratios.sort(Comparator.naturalOrder());
      print("%8d %25s %8.2f%n", clients, "median", ratios.get(ratios.size() / 2));
    } finally {
      delete(rocks);
      delete(lake);
    }
  }

  private static void delete(Path directory) throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
