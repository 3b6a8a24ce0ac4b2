package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.merge.RowMergeTally.Event;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables and edits on two branches, against an oracle over lists of rows, and against the
 * laws that all merges obey: each case against one of them, in turn.
 *
 * <p>{@code -Dvarve.seed=…} runs one case against all laws. {@code -Dvarve.merges=…} says how many
 * cases are run, {@code -Dvarve.merges.from=…} from which seed on, so that several runs share them,
 * and {@code -Dvarve.merges.laws=4} that only every fourth is held against a law. A case that fails
 * is made smaller, edit by edit, and told with its seed.
 */
class RowMergePropertyTest {
  private static final long FROM = Long.getLong("varve.merges.from", 0);
  private static final long CASES = Long.getLong("varve.merges", 2000);
  private static final long LAW_EVERY = Long.getLong("varve.merges.laws", 1);
  private static final long REPORT_EVERY = 1000;
  private static final int MOST_FAILURES = 20;

  @TempDir(factory = MemoryDirectory.class)
  Path directory;

  private final RowMergeTally tally = new RowMergeTally();
  private final AtomicLong next = new AtomicLong(FROM);
  private final AtomicLong places = new AtomicLong();
  private final List<AssertionError> failures = new CopyOnWriteArrayList<>();
  private Duck duck;

  @BeforeEach
  void open() {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
  }

  @AfterEach
  void close() {
    duck.close();
  }

  // The limit of the module's tests holds for this one.
  @Test
  @Timeout(value = 8, unit = TimeUnit.HOURS)
  void aMergeIsWhatTheOracleSays() throws InterruptedException {
    Long only = Long.getLong("varve.seed");
    if (only != null) {
      RowMergeCase each = RowMergeCase.randomOrSpecial(only);
      failure(each, RowMergeCheck::mergeAndAllLaws).ifPresent(it -> note(only, each, it));
      assertThat(failures).isEmpty();
      return;
    }
    System.out.printf(
        "RowMergePropertyTest: seeds %d to %d, one of %d against a law%n",
        FROM, FROM + CASES - 1, LAW_EVERY);
    runAll();
    System.out.println(tally);
    System.out.println(tally.coverage());
    assertThat(failures).isEmpty();
    assertThat((long) tally.of(MergeLevel.ROWS)).isGreaterThan(CASES / 3);
    assertThat((long) tally.of(MergeLevel.FILES)).isGreaterThan(CASES / 10);
    assertThat((long) tally.of(Event.CONFLICT_IN_ROWS)).isGreaterThan(CASES / 10);
    assertThat(tally.covered()).containsAll(CaseCoverage.needed());
    for (Event event : Event.values()) {
      // What no side's answer can settle is rare.
      long least = event == Event.NO_ANSWER ? CASES / 10_000 : CASES / 2500 + 1;
      assertThat((long) tally.of(event)).as(event.toString()).isGreaterThanOrEqualTo(least);
    }
  }

  /** As many at once as there are processors: sessions of one DuckDB, as in a server. */
  private void runAll() throws InterruptedException {
    int workers = Runtime.getRuntime().availableProcessors();
    ExecutorService pool = Executors.newFixedThreadPool(workers, RowMergePropertyTest::worker);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(pool.submit(this::runSome));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      next.set(Long.MAX_VALUE); // If one ended with an error the others stop too.
      pool.shutdown();
    }
  }

  /**
   * Without Hadoop's default settings, of which none matters here: Iceberg's writer parses them
   * anew for each file, which takes longer than to write it.
   */
  private static Thread worker(Runnable work) {
    ClassLoader loader =
        new ClassLoader(RowMergePropertyTest.class.getClassLoader()) {
          @Override
          public URL getResource(String name) {
            return name.equals("core-default.xml") ? null : super.getResource(name);
          }
        };
    Thread thread = new Thread(work, "merges");
    thread.setContextClassLoader(loader);
    return thread;
  }

  private void runSome() {
    long seed;
    while ((seed = next.getAndIncrement()) < FROM + CASES) {
      RowMergeCase each = RowMergeCase.randomOrSpecial(seed);
      long run = seed;
      Checks checks = seed % LAW_EVERY == 0 ? RowMergeCheck::mergeAndOneLaw : RowMergeCheck::merge;
      failure(each, checks).ifPresent(why -> note(run, each, why));
      if ((seed - FROM + 1) % REPORT_EVERY == 0) {
        System.out.printf("up to seed %d: %s%n", seed, tally);
      }
    }
  }

  /** Tells a failure, and goes on unless there were many. */
  private void note(long seed, RowMergeCase each, Throwable why) {
    AssertionError told = told(seed, each, why);
    told.printStackTrace(System.out);
    failures.add(told);
    if (failures.size() >= MOST_FAILURES) {
      next.set(Long.MAX_VALUE);
    }
  }

  private AssertionError told(long seed, RowMergeCase each, Throwable why) {
    RowMergeCase smallest = shrink(each);
    return new AssertionError(
        "seed %d: %s%nschema %s%nsmallest: %s"
            .formatted(seed, why, each.script().schema(), smallest),
        failure(smallest, RowMergeCheck::mergeAndAllLaws).orElse(why));
  }

  private RowMergeCase shrink(RowMergeCase failing) {
    for (RowMergeCase smaller : failing.smaller()) {
      if (failure(smaller, RowMergeCheck::mergeAndAllLaws).isPresent()) {
        return shrink(smaller);
      }
    }
    return failing;
  }

  private interface Checks {
    void run(RowMergeCheck check) throws IOException;
  }

  private Optional<Throwable> failure(RowMergeCase each, Checks checks) {
    try {
      Path place = Files.createDirectory(directory.resolve("t" + places.getAndIncrement()));
      try {
        checks.run(new RowMergeCheck(duck, tally, each, place));
      } finally {
        delete(place);
      }
      return Optional.empty();
    } catch (RuntimeException | AssertionError | IOException e) {
      return Optional.of(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(directory)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }
}
