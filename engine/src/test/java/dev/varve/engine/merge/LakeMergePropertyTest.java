package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.ContentId;
import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.merge.LakeOracle.Item;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables that are created, dropped, renamed and appended to on two branches of a lake, against an
 * oracle over maps of names; conflicts are answered one by one until there are none. {@code
 * -Dvarve.seed=…} runs one case, {@code -Dvarve.lakes=…} says how many are run.
 */
class LakeMergePropertyTest {
  private static final long CASES = Long.getLong("varve.lakes", 60);
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  @TempDir(factory = MemoryDirectory.class)
  Path directory;

  private LakeFixture lake;
  private Duck duck;
  private Merges merges;
  private ObjectId start;
  private final Map<String, Integer> seen = new TreeMap<>();

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    merges = new Merges(lake.tables(), new Diffs(lake.tables(), () -> duck), () -> duck);
    start = lake.head(LakeFixture.MAIN);
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Test
  void whatBecomesOfTablesIsWhatTheOracleSays() {
    Long only = Long.getLong("varve.seed");
    for (long seed = 0; seed < (only == null ? CASES : 1); seed++) {
      long run = only == null ? seed : only;
      try {
        check(run);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + run, e);
      }
    }
    System.out.println("LakeMergePropertyTest: " + seen);
    if (only == null) {
      assertThat(seen.get("merged")).isGreaterThan((int) CASES / 4);
      assertThat(seen.get("answered both ways")).isGreaterThan((int) CASES / 8);
    }
  }

  private void check(long seed) {
    Random random = new Random(new SplittableRandom(seed).nextLong());
    RefName base = branch("base" + seed, start);
    edit(base, random, 4);
    RefName ours = branch("ours" + seed, lake.head(base));
    RefName theirs = branch("theirs" + seed, lake.head(base));
    edit(ours, random, 1 + random.nextInt(3));
    edit(theirs, random, 1 + random.nextInt(3));
    ThreeWay<Map<ContentId, Item>> sides = ThreeWay.of(items(base), items(ours), items(theirs));
    Optional<Map<ContentId, Item>> expected = LakeOracle.merge(sides);
    RefName flipped = branch("flipped" + seed, lake.head(theirs));
    RefName from = branch("from" + seed, lake.head(ours));

    Answers none = new Answers();
    MergeReport report = merge(ours, theirs, none, seed);
    assertThat(report.conflicts().isEmpty())
        .as("conflicts %s of %s", report.conflicts(), sides)
        .isEqualTo(expected.isPresent());
    if (expected.isPresent()) {
      count("merged");
      assertThat(items(ours)).isEqualTo(expected.get());
      merge(flipped, from, none, seed);
      assertThat(items(flipped)).isEqualTo(expected.get());
      return;
    }
    report.conflicts().forEach(it -> count(it.code()));
    boolean done = answered(ours, theirs, Winner.OURS, seed);
    // Where a name is taken, theirs cannot win it without that ours is asked where to go.
    boolean flippedDone = answered(flipped, from, Winner.THEIRS, seed);
    count(done ? "answered" : "cannot be answered");
    if (done && flippedDone) {
      count("answered both ways");
      assertThat(items(flipped)).as("of %s", sides).isEqualTo(items(ours));
    }
    if (done) {
      Map<ContentId, Item> merged = items(ours);
      LakeOracle.undisputed(sides)
          .forEach((id, item) -> assertThat(Optional.ofNullable(merged.get(id))).isEqualTo(item));
    }
  }

  /** Answers all conflicts alike until there are none. */
  private boolean answered(RefName into, RefName from, Winner winner, long seed) {
    Answers answers = new Answers();
    Set<String> given = new TreeSet<>();
    while (true) {
      MergeReport report = merge(into, from, answers, seed);
      if (report.conflicts().isEmpty()) {
        return true;
      }
      boolean more = false;
      for (MergeConflict conflict : report.conflicts()) {
        Optional<Choice> choice =
            conflict.choice().filter(it -> it.winners().contains(winner) && given.add(it.id()));
        choice.ifPresent(it -> answers.add(it.id(), new Answer(winner, Optional.empty())));
        more |= choice.isPresent();
      }
      if (!more) {
        return false;
      }
    }
  }

  private MergeReport merge(RefName into, RefName from, Answers answers, long seed) {
    ConflictFiles files =
        new ConflictFiles(directory.resolve("kept" + seed), new RowsElsewhere(), answers);
    MergeReport report =
        merges.merge(
            on(into),
            Revision.of(from),
            MergeMode.NO_FAST_FORWARD,
            Optional.empty(),
            ConflictOptions.NONE.keptIn(files));
    assertThat(report.outcome() == MergeOutcome.CONFLICT).isEqualTo(!report.conflicts().isEmpty());
    return report;
  }

  private void count(String what) {
    seen.merge(what, 1, Integer::sum);
  }

  private RefName branch(String name, ObjectId at) {
    RefName branch = RefName.parse(name);
    lake.repository().createBranch(branch, at, ADA, "test");
    return branch;
  }

  private Map<ContentId, Item> items(RefName branch) {
    Map<ContentId, Item> items = new LinkedHashMap<>();
    for (String name : NAMES) {
      Optional<LoadedTable> table = lake.find(branch, TableName.parse(name));
      table.ifPresent(it -> items.put(it.content().id(), new Item(name, files(it))));
    }
    return items;
  }

  private static Set<String> files(LoadedTable table) {
    return new TreeSet<>(AppliedDeletes.of(table.metadata(), table.io()).locations());
  }

  private void edit(RefName branch, Random random, int count) {
    for (int i = 0; i < count; i++) {
      TableName name = TableName.parse(NAMES.get(random.nextInt(NAMES.size())));
      TableName other = TableName.parse(NAMES.get(random.nextInt(NAMES.size())));
      if (lake.find(branch, name).isEmpty()) {
        create(branch, name);
      } else {
        switch (random.nextInt(4)) {
          case 0 -> lake.tables().drop(on(branch), name);
          case 1 -> {
            if (lake.find(branch, other).isEmpty()) {
              lake.tables().rename(on(branch), name, other);
            }
          }
          default -> append(branch, name);
        }
      }
    }
  }

  private void create(RefName branch, TableName name) {
    lake.tables()
        .create(
            on(branch),
            name,
            LakeFixture.NUMBERS,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of())
        .commitTransaction();
  }

  /** Appends a data file that exists by name only: no merge of these tables reads one. */
  private void append(RefName branch, TableName name) {
    Table table = lake.open(branch, name);
    String location = table.locationProvider().newDataLocation(UUID.randomUUID() + ".parquet");
    table
        .newAppend()
        .appendFile(
            DataFiles.builder(table.spec())
                .withPath(location)
                .withFileSizeInBytes(100)
                .withRecordCount(1)
                .build())
        .commit();
  }
}
