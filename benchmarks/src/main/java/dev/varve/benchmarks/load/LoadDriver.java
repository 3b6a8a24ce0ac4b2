package dev.varve.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.rocksdb.RocksDBException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Drives single-key commits by several numbers of clients, and prints a line for each. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Measures durable single-key commits: throughput and latency by clients.",
    footer = {
      "",
      "Examples:",
      "  load --target rocksdb,catalog --clients 1,16,64",
      "  load --target http --url http://127.0.0.1:19130 --clients 64 --seconds 30"
    })
public final class LoadDriver implements Callable<Integer> {
  @Option(
      names = "--target",
      split = ",",
      defaultValue = "rocksdb,catalog",
      description = "rocksdb (the limit), catalog (in this process), http (a server).")
  private List<String> targets;

  @Option(names = "--clients", split = ",", defaultValue = "1,16,64", description = "Numbers.")
  private List<Integer> clients;

  @Option(names = "--seconds", defaultValue = "5", description = "How long each line measures.")
  private int seconds;

  @Option(names = "--warmup", defaultValue = "2", description = "Seconds before, not measured.")
  private int warmupSeconds;

  @Option(names = "--tables", defaultValue = "1000", description = "Tables in the lake before.")
  private int tables;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:19130",
      description = "The server that the target http meets.")
  private URI url;

  private LoadDriver() {}

  /** Runs the command. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new LoadDriver()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    System.out.println(Measurement.header());
    for (String target : targets) {
      for (int number : clients) {
        System.out.println(measure(target, number).row());
      }
    }
    return 0;
  }

  private Measurement measure(String name, int number) throws Exception {
    Path directory = Files.createTempDirectory("varve-load");
    try (Target target = open(name, directory)) {
      return new ClosedLoop(target, number)
          .run(Duration.ofSeconds(warmupSeconds), Duration.ofSeconds(seconds));
    } finally {
      delete(directory);
    }
  }

  private Target open(String name, Path directory) throws RocksDBException {
    return switch (name) {
      case "rocksdb" -> new RocksTarget(directory);
      case "catalog" -> new CatalogTarget(directory, tables);
      case "http" -> new HttpTarget(url, "main");
      default ->
          throw new IllegalArgumentException(
              "unknown target '%s': rocksdb, catalog or http".formatted(name));
    };
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
