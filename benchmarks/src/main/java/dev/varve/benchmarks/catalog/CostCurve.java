package dev.varve.benchmarks.catalog;

import dev.varve.benchmarks.report.Result;
import dev.varve.benchmarks.report.ResultFile;
import dev.varve.catalog.Catalog;
import dev.varve.catalog.CatalogSettings;
import dev.varve.catalog.CommitRequest;
import dev.varve.catalog.Repository;
import dev.varve.catalog.RepositoryName;
import dev.varve.catalog.change.KeyChange;
import dev.varve.catalog.history.Ancestry;
import dev.varve.catalog.history.LogWalk;
import dev.varve.catalog.merge.ContentMerger;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Key;
import dev.varve.catalog.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Reports what one operation takes, against the number of keys, of commits and of refs in the lake:
 * the curves that have to be flat.
 *
 * <p>Usage: {@code CostCurve [--json FILE] KEYS:COMMITS:REFS …}, by default 1,000 to 1,000,000
 * keys, then 1,000 and 1,000,000 commits, then 1,000 and 100,000 refs, then the most of all. One
 * client; writes are durable, beside a synced append of 4 KiB. {@code diff} and {@code merge} are
 * of 10 changed keys, {@code plan} is a merge without its write.
 */
public final class CostCurve {
  private static final String[] USUAL = {
    "1000:0:0",
    "1000:0:0",
    "10000:0:0",
    "100000:0:0",
    "1000000:0:0",
    "1000:1000:0",
    "1000:1000000:0",
    "1000:0:1000",
    "1000:0:100000",
    "1000000:1000000:100000",
  };
  private static final int CLIENTS = 64;
  private static final int CHANGES = 10;
  private static final int PAGE = 20;
  private static final int ROUNDS = 1_000;

  /** Rounds before, which are not counted. */
  private static final int WARMUP = 500;

  private final int keys;
  private final int commits;
  private final int refs;
  private final SplittableRandom random = new SplittableRandom(7);
  private final ResultFile results;
  private int sequence;
  private Repository lake;

  /** Keeps the compiler from leaving out what nobody would look at. */
  @SuppressWarnings("unused") // written to be seen, not read
  private volatile Object result;

  private CostCurve(String lake, ResultFile results) {
    this.results = results;
    int[] sizes = Stream.of(lake.split(":", -1)).mapToInt(Integer::parseInt).toArray();
    keys = sizes[0];
    commits = sizes[1];
    refs = sizes[2];
  }

  /** Runs the report. */
  public static void main(String[] arguments) throws IOException {
    Deque<String> words = new ArrayDeque<>(List.of(arguments));
    ResultFile results = ResultFile.take(words, "CostCurve");
    print("%10s %10s %8s %-14s %10s %10s%n", "keys", "commits", "refs", "", "p50 us", "p99 us");
    for (String lake : words.isEmpty() ? List.of(USUAL) : words) {
      new CostCurve(lake, results).run();
    }
  }

  private void run() throws IOException {
    Path directory = Files.createTempDirectory("varve-cost-curve");
    try {
      long begun = System.nanoTime();
      ObjectId history = LongHistory.write(directory, keys, commits);
      try (Catalog catalog = Catalog.open(directory, CatalogSettings.defaults())) {
        lake = catalog.repository(RepositoryName.LAKE);
        lake.reset(RefName.MAIN, history, Optional.empty(), SampleKeys.author(), "history");
        makeRefs(history);
        print("# built in %.1f s%n", (System.nanoTime() - begun) / 1e9);
        reads();
        writes();
        merges();
        try (SyncedAppend append = SyncedAppend.in(directory)) {
          measure("synced append", append::perform);
        }
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        int used = (int) ((runtime.totalMemory() - runtime.freeMemory()) >> 20);
        print("# heap in use %d MiB of at most %d%n", used, runtime.maxMemory() >> 20);
        results.add(Result.of("cost.heap", parameters(), "MiB", used));
      }
    } finally {
      delete(directory);
    }
  }

  /** By many clients, whose branches share their syncs. */
  private void makeRefs(ObjectId at) {
    ForkJoinPool clients = new ForkJoinPool(CLIENTS);
    try {
      clients
          .submit(
              () ->
                  IntStream.range(0, refs)
                      .parallel()
                      .forEach(number -> branch("many/b" + number, at)))
          .join();
    } finally {
      clients.shutdown();
    }
  }

  private void reads() {
    ObjectId head = head();
    Tree tree = lake.tree(head);
    measure("get", () -> tree.get(anyKey()).orElseThrow());
    measure("log page", () -> log(head));
    measure(
        "refs page",
        () -> lake.refs().list(RefKind.BRANCH, "many/b" + any(9), Optional.empty(), PAGE));
    measure(
        "refs page far",
        () ->
            lake.refs()
                .list(
                    RefKind.BRANCH,
                    "many/",
                    Optional.of(RefName.parse("many/b" + any(refs))),
                    PAGE));
    ObjectId[] sides = sides();
    measure("merge base", () -> lake.graph().mergeBases(sides[0], sides[1]));
    measure("diff", () -> diff(head, sides[0]));
  }

  private void writes() {
    ObjectId head = head();
    int first = sequence;
    measure("branch", () -> branch("b" + sequence++, head));
    PrimitiveIterator.OfInt made = IntStream.range(first, sequence).iterator();
    measure(
        "delete branch",
        () ->
            lake.deleteRef(
                RefName.parse("b" + made.next()),
                RefKind.BRANCH,
                Optional.empty(),
                SampleKeys.author(),
                "benchmark"));
    measure(
        "tag",
        () ->
            lake.createTag(
                RefName.parse("v" + sequence++), head, SampleKeys.author(), "benchmark"));
    measure("commit", () -> commit(RefName.MAIN, 1));
  }

  private void merges() {
    ObjectId[] sides = sides();
    RefName into = branch("plan" + sequence++, sides[0]);
    measure("plan", () -> lake.planMerge(request(into, sides[1]), ContentMerger.CONFLICT));
    List<RefName> branches = new ArrayList<>();
    for (int i = 0; i < WARMUP + ROUNDS; i++) {
      branches.add(branch("merge" + sequence++, sides[0]));
    }
    Iterator<RefName> next = branches.iterator();
    measure("merge", () -> lake.merge(request(next.next(), sides[1]), ContentMerger.CONFLICT));
  }

  private static MergeRequest request(RefName into, ObjectId from) {
    return new MergeRequest(
        into, from, MergeMode.NO_FAST_FORWARD, SampleKeys.details("merge"), Optional.empty());
  }

  /** Two commits on the head that change other keys. */
  private ObjectId[] sides() {
    ObjectId[] sides = new ObjectId[2];
    for (int i = 0; i < sides.length; i++) {
      RefName side = branch("side" + sequence++, head());
      sides[i] = commit(side, CHANGES);
    }
    return sides;
  }

  private ObjectId commit(RefName branch, int changes) {
    Tree tree = lake.tree(lake.refs().load(branch).commitId());
    List<KeyChange> all = new ArrayList<>();
    for (Key key : Stream.generate(this::anyKey).distinct().limit(changes).toList()) {
      all.add(SampleKeys.change(key, tree.get(key), "version " + sequence++));
    }
    CommitRequest request = new CommitRequest(branch, SampleKeys.details("commit"), all);
    return lake.commit(request).commit().id();
  }

  private int diff(ObjectId from, ObjectId to) {
    int count = 0;
    for (var all = lake.tree(from).diff(lake.tree(to)); all.hasNext(); all.next()) {
      count++;
    }
    if (count != CHANGES) {
      throw new IllegalStateException("the difference has %d keys".formatted(count));
    }
    return count;
  }

  private int log(ObjectId head) {
    LogWalk walk = lake.graph().log(List.of(head), Ancestry.ALL);
    int count = 0;
    while (count < PAGE && walk.hasNext()) {
      walk.next();
      count++;
    }
    return count;
  }

  private RefName branch(String name, ObjectId at) {
    RefName branch = RefName.parse(name);
    lake.createBranch(branch, at, SampleKeys.author(), "benchmark");
    return branch;
  }

  private ObjectId head() {
    return lake.refs().load(RefName.MAIN).commitId();
  }

  private Key anyKey() {
    return SampleKeys.key(any(keys));
  }

  private int any(int count) {
    return random.nextInt(Math.max(1, count));
  }

  private void measure(String what, Supplier<?> operation) {
    for (int i = 0; i < WARMUP; i++) {
      result = operation.get();
    }
    Histogram nanos = new Histogram(3);
    for (int i = 0; i < ROUNDS; i++) {
      long begun = System.nanoTime();
      result = operation.get();
      nanos.recordValue(System.nanoTime() - begun);
    }
    Map<String, Double> micros = new LinkedHashMap<>();
    micros.put("p50", nanos.getValueAtPercentile(50) / 1e3);
    micros.put("p99", nanos.getValueAtPercentile(99) / 1e3);
    print(
        "%,10d %,10d %,8d %-14s %,10.1f %,10.1f%n",
        keys, commits, refs, what, micros.get("p50"), micros.get("p99"));
    results.add(
        Result.of("cost." + what, parameters(), "us", micros.get("p50")).withLatencies(micros));
  }

  private SortedMap<String, String> parameters() {
    TreeMap<String, String> parameters = new TreeMap<>();
    parameters.put("keys", String.valueOf(keys));
    parameters.put("commits", String.valueOf(commits));
    parameters.put("refs", String.valueOf(refs));
    return parameters;
  }

  private static void delete(Path directory) throws IOException {
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
