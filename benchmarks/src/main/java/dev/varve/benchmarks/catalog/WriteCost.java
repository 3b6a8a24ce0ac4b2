package dev.varve.benchmarks.catalog;

import com.sun.management.OperatingSystemMXBean;
import dev.varve.benchmarks.report.Result;
import dev.varve.benchmarks.report.ResultFile;
import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.ConfigOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.OptionsUtil;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Reports what a commit of one key writes to disk, by what writes it: the log, flushes,
 * compactions; what it takes of the processor; and what it leaves on disk after a full compaction.
 *
 * <p>Usage: {@code WriteCost [--json FILE] [KEYS [COMMITS [THREADS]]]}, by default 100,000 keys,
 * 20,000 commits by 64 threads. Each commit changes the value of a random key. Bytes are those that
 * the kernel counts for this process, split by the events in RocksDB's own log.
 */
public final class WriteCost {
  private static final Pattern CREATION =
      Pattern.compile("\"event\": \"(table|blob)_file_creation\".*");
  private static final Pattern NUMBER = Pattern.compile("\"(file_size|total_blob_bytes)\": (\\d+)");
  private static final Pattern JOB =
      Pattern.compile("\"job\": (\\d+), \"event\": \"compaction_started\"");
  private static final Pattern JOB_OF = Pattern.compile("\"job\": (\\d+)");

  private final int keys;
  private final int commits;
  private final int threads;
  private final ResultFile results;

  private WriteCost(int keys, int commits, int threads, ResultFile results) {
    this.results = results;
    this.keys = keys;
    this.commits = commits;
    this.threads = threads;
  }

  /** Runs the report. */
  public static void main(String[] arguments) throws Exception {
    Deque<String> words = new ArrayDeque<>(List.of(arguments));
    ResultFile results = ResultFile.take(words, "WriteCost");
    int[] numbers = {100_000, 20_000, 64};
    for (int i = 0; !words.isEmpty(); i++) {
      numbers[i] = Integer.parseInt(words.remove());
    }
    new WriteCost(numbers[0], numbers[1], numbers[2], results).run();
  }

  private void run() throws Exception {
    Path directory = Files.createTempDirectory("varve-write-cost");
    try {
      try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
        SampleKeys.fill(catalog.create(RepositoryName.LAKE), keys);
      }
      compact(directory);
      long filled = size(directory);
      Usage before;
      Usage after;
      long started;
      long ended;
      Map<String, Long> earlier = created(directory);
      try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
        Repository lake = catalog.repository(RepositoryName.LAKE);
        before = Usage.now();
        started = System.nanoTime();
        commitAll(lake);
        ended = System.nanoTime();
        after = Usage.now();
      }
      Usage closed = Usage.now();
      Map<String, Long> created = created(directory);
      earlier.forEach((what, bytes) -> created.merge(what, -bytes, Long::sum));
      compact(directory);
      long compacted = size(directory);

      print("%,d commits of one of %,d keys by %d threads%n", commits, keys, threads);
      tell("commits", "1/s", commits * 1e9 / (ended - started));
      tell("processor", "us/commit", perCommit(after.cpu - before.cpu) / 1_000);
      long written = closed.written - before.written;
      long files = created.values().stream().mapToLong(Long::longValue).sum();
      tell("written", "bytes/commit", perCommit(written));
      tell("written to the log", "bytes/commit", perCommit(written - files));
      created.forEach(
          (what, bytes) -> tell("written by " + what, "bytes/commit", perCommit(bytes)));
      tell("left on disk", "bytes/commit", perCommit(compacted - filled));
    } finally {
      delete(directory);
    }
  }

  private void tell(String what, String unit, double value) {
    print("%-34s %,10.0f %s%n", what, value, unit);
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("keys", String.valueOf(keys));
    parameters.put("clients", String.valueOf(threads));
    results.add(Result.of("write." + what, parameters, unit, value));
  }

  private double perCommit(long amount) {
    return (double) amount / commits;
  }

  private void commitAll(Repository lake) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> clients = new ArrayList<>();
      for (int client = 0; client < threads; client++) {
        int number = client;
        clients.add(
            () -> {
              commitSome(lake, number);
              return null;
            });
      }
      for (Future<Void> done : executor.invokeAll(clients)) {
        done.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** Commits to the keys that are this client's own, so that none is refused. */
  private void commitSome(Repository lake, int client) {
    SplittableRandom random = new SplittableRandom(client);
    for (int i = client; i < commits; i += threads) {
      Key key = SampleKeys.key(random.nextInt(keys / threads) * threads + client);
      Tree tree = lake.tree(lake.refs().load(RefName.MAIN).commitId());
      Optional<Content> found = tree.get(key);
      lake.commit(
          new CommitRequest(
              RefName.MAIN,
              SampleKeys.details("commit"),
              List.of(SampleKeys.change(key, found, "version " + i))));
    }
  }

  /** Bytes of the files that flushes and compactions made, as RocksDB's log tells. */
  private static Map<String, Long> created(Path directory) throws IOException {
    Map<String, Long> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path log :
          files.filter(file -> file.getFileName().toString().startsWith("LOG")).sorted().toList()) {
        Map<String, Boolean> compactions = new HashMap<>();
        for (String line : Files.readAllLines(log)) {
          Matcher job = JOB.matcher(line);
          if (job.find()) {
            compactions.put(job.group(1), true);
          }
          Matcher creation = CREATION.matcher(line);
          Matcher jobOf = JOB_OF.matcher(line);
          Matcher number = NUMBER.matcher(line);
          if (creation.find() && jobOf.find() && number.find()) {
            String cause = compactions.containsKey(jobOf.group(1)) ? "compaction" : "flush";
            String what = cause + ", " + (creation.group(1).equals("blob") ? "blobs" : "tables");
            bytes.merge(what, Long.parseLong(number.group(2)), Long::sum);
          }
        }
      }
    }
    return bytes;
  }

  /** Compacts a closed store wholly, with the options that it was written with. */
  private static void compact(Path directory) throws RocksDBException {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (DBOptions options = new DBOptions();
        ConfigOptions config = new ConfigOptions().setEnv(Env.getDefault());
        CompactRangeOptions all =
            new CompactRangeOptions()
                .setBottommostLevelCompaction(BottommostLevelCompaction.kForce)) {
      OptionsUtil.loadLatestOptions(config, directory.toString(), options, descriptors);
      try (RocksDB db = RocksDB.open(options, directory.toString(), descriptors, handles)) {
        for (ColumnFamilyHandle handle : handles) {
          db.compactRange(handle, null, null, all);
          handle.close();
        }
      }
    }
  }

  private static long size(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("LOG"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(WriteCost::deleteFile);
    }
  }

  private static void deleteFile(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  /**
   * What this process used so far.
   *
   * @param cpu nanoseconds of all threads
   * @param written bytes sent to the disk
   */
  private record Usage(long cpu, long written) {
    private static final String WRITTEN = "write_bytes: ";

    static Usage now() throws IOException {
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long written =
          Files.readAllLines(Path.of("/proc/self/io")).stream()
              .filter(line -> line.startsWith(WRITTEN))
              .mapToLong(line -> Long.parseLong(line.substring(WRITTEN.length())))
              .sum();
      return new Usage(system.getProcessCpuTime(), written);
    }
  }
}
