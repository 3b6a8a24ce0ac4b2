package dev.varve.benchmarks.catalog;

import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.fsck.ContentCheck;
import dev.varve.catalog.fsck.FsckScope;
import dev.varve.catalog.fsck.FsckSummary;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.store.RocksBackups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reports what the verification and the backup of a large lake cost.
 *
 * <p>Usage: {@code FsckCost [KEYS [COMMITS]]}, by default a million each. The second backup follows
 * one commit of one key.
 */
public final class FsckCost {
  private FsckCost() {}

  /** Runs the report. */
  public static void main(String[] arguments) throws IOException {
    int keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int commits = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    Path directory = Files.createTempDirectory("varve-fsck-cost");
    try {
      run(directory, keys, commits);
    } finally {
      delete(directory);
    }
  }

  private static void run(Path directory, int keys, int commits) throws IOException {
    Path data = directory.resolve("catalog");
    ObjectId head = LongHistory.write(data, keys, commits);
    try (Catalog catalog = Catalog.open(data, CatalogSettings.defaults())) {
      Repository lake = catalog.repository(RepositoryName.LAKE);
      lake.reset(RefName.MAIN, head, Optional.empty(), SampleKeys.author(), "the long history");
      for (FsckScope scope : FsckScope.values()) {
        fsck(lake, scope);
      }
      try (RocksBackups backups = RocksBackups.open(directory.resolve("backups"))) {
        backup(catalog, backups, directory);
        lake.commit(
            new CommitRequest(
                RefName.MAIN,
                SampleKeys.details("one more"),
                List.of(SampleKeys.put(SampleKeys.key(keys)))));
        backup(catalog, backups, directory);
      }
    }
  }

  private static void fsck(Repository lake, FsckScope scope) {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    long started = System.nanoTime();
    FsckSummary summary =
        lake.fsck(
            scope,
            ContentCheck.NONE,
            finding -> {
              throw new IllegalStateException(finding.toString());
            });
    double seconds = (System.nanoTime() - started) / 1e9;
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    print(
        "fsck %-10s  %,d objects (%,d commits, %,d nodes, %,d values; %,d MB) in %.1f s,"
            + " %,.0f objects/s, peak heap %,d MB%n",
        scope.name().toLowerCase(Locale.ROOT),
        summary.objects(),
        summary.commits(),
        summary.nodes(),
        summary.values(),
        summary.bytes() / 1_000_000,
        seconds,
        summary.objects() / seconds,
        heap >> 20);
  }

  private static void backup(Catalog catalog, RocksBackups backups, Path directory)
      throws IOException {
    long before = size(directory.resolve("backups"));
    long started = System.nanoTime();
    RocksBackups.Entry entry = catalog.backup(backups, "");
    double seconds = (System.nanoTime() - started) / 1e9;
    print(
        "backup %d  %,d MB in %d files, %,d kB of them written, in %.1f s%n",
        entry.number(),
        entry.bytes() / 1_000_000,
        entry.files(),
        (size(directory.resolve("backups")) - before) / 1_000,
        seconds);
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }
}
