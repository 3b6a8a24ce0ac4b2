package dev.varve.benchmarks.load;

import dev.varve.benchmarks.report.Machine;
import dev.varve.benchmarks.report.Result;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rocksdb.RocksDBException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Drives operations by several numbers of clients, and prints a line for each. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Measures throughput and latency by clients.",
    footer = {
      "",
      "Targets: rocksdb (the limit) and catalog (single-key commits) in this process; all others",
      "meet a server: ping, commit, toggle (create and drop), commit-branches, branch,",
      "table-load, iceberg-load, iceberg-commit, iceberg-commit-one-table, prepared-append,",
      "prepared-append-one-table, iceberg-append, iceberg-append-one-table; and all but the last",
      "two with wrk- before their names, driven by wrk instead of this.",
      "",
      "Examples:",
      "  load --target rocksdb,catalog --clients 1,16,64",
      "  load --target ping,commit --url http://127.0.0.1:19130 --clients 64 --seconds 30",
      "  load --target commit --rate 1000 --clients 64"
    })
public final class LoadDriver implements Callable<Integer> {
  private static final String WRK = "wrk-";

  @Option(
      names = "--target",
      split = ",",
      defaultValue = "rocksdb,catalog",
      description = "What to measure, see below.")
  private List<String> targets;

  @Option(names = "--clients", split = ",", defaultValue = "1,16,64", description = "Numbers.")
  private List<Integer> clients;

  @Option(
      names = "--rate",
      split = ",",
      description =
          "Arrivals a second (open loop: latency counts from when an operation should have"
              + " begun); else each client sends as fast as it is answered (closed loop).")
  private List<Double> rates = List.of(Measurement.CLOSED);

  @Option(names = "--seconds", defaultValue = "5", description = "How long each line measures.")
  private int seconds;

  @Option(names = "--warmup", defaultValue = "2", description = "Seconds before, not measured.")
  private int warmupSeconds;

  @Option(
      names = "--tables",
      defaultValue = "1000",
      description = "Tables in the lake before, of the target catalog.")
  private int tables;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:19130",
      description = "The server to meet.")
  private URI url;

  @Option(names = "--json", description = "A file to add the results to, a line of JSON each.")
  private Optional<Path> json = Optional.empty();

  private final String command;

  private LoadDriver(String command) {
    this.command = command;
  }

  /** Runs the command. */
  public static void main(String[] arguments) {
    LoadDriver driver = new LoadDriver("load " + String.join(" ", arguments));
    System.exit(new CommandLine(driver).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    System.out.printf("%s; load average %.1f%n", Machine.describe(), Machine.load());
    System.out.println(Row.HEADER);
    for (String target : targets) {
      for (int number : clients) {
        for (double rate : rates) {
          double loadBefore = Machine.load();
          List<Result> all = measure(target, number, rate);
          System.out.println(Row.of(all.get(0)));
          if (json.isPresent()) {
            for (Result result : all) {
              result.by(command, loadBefore).appendTo(json.get());
            }
          }
        }
      }
    }
    return 0;
  }

  /** The load comes first, then what the target measured of itself. */
  private List<Result> measure(String name, int number, double rate) throws Exception {
    Duration warmup = Duration.ofSeconds(warmupSeconds);
    Duration duration = Duration.ofSeconds(seconds);
    Path directory = Files.createTempDirectory("varve-load");
    if (name.startsWith(WRK)) {
      try (HttpTarget target = http(name.substring(WRK.length()))) {
        target.prepare(number);
        return List.of(
            new Wrk(url, directory).run(name, target.operation(), number, warmup, duration));
      } finally {
        delete(directory);
      }
    }
    try (Target target = open(name, directory)) {
      target.prepare(number);
      Measurement measured =
          rate == Measurement.CLOSED
              ? new ClosedLoop(target, number).run(warmup, duration)
              : new OpenLoop(target, number, rate).run(warmup, duration);
      List<Result> all = new ArrayList<>(List.of(measured.result()));
      all.addAll(target.further(number));
      return all;
    } finally {
      delete(directory);
    }
  }

  private Target open(String name, Path directory) throws RocksDBException {
    if (name.equals("rocksdb")) {
      return new RocksTarget(directory);
    } else if (name.equals("catalog")) {
      return new CatalogTarget(directory, tables);
    }
    if (name.startsWith("iceberg-append")) {
      return new AppendTarget(url, name.equals("iceberg-append"));
    }
    return http(name);
  }

  private HttpTarget http(String name) {
    HttpTarget.Operation operation = Operations.all().get(name);
    if (operation == null) {
      throw new ParameterException(
          new CommandLine(this), "unknown target '%s', see --help".formatted(name));
    }
    return new HttpTarget(name, url, operation);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
