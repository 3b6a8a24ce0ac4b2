package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.RowScript.Edit;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.merge.rows.RowMerge;
import dev.varve.engine.merge.rows.RowMergeResult;
import dev.varve.engine.merge.rows.RowMergeResult.Conflicted;
import dev.varve.engine.merge.rows.RowStrategies;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.sql.TestTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random tables and edits on two branches, against an oracle over lists of rows.
 *
 * <p>{@code -Dvarve.seed=…} runs one case, {@code -Dvarve.merges=…} more of them. A case that fails
 * is made smaller, edit by edit, and told with its seed.
 */
class RowMergePropertyTest {
  @TempDir Path directory;
  private Duck duck;
  private final Map<MergeLevel, Integer> levels = new EnumMap<>(MergeLevel.class);
  private int conflicted;
  private int hidden;
  private int misfits;
  private int ordered;
  private int tables;

  /** One case: three scripts over one table. */
  private record Case(
      RowScript script,
      List<Edit> base,
      List<Edit> picked,
      List<Edit> ours,
      List<Edit> theirs,
      List<Edit> third) {
    static Case random(long seed) {
      Random random = new Random(seed);
      RowScript script = RowScript.random(random);
      List<Edit> base = RowScript.edits(random, random.nextInt(3));
      base.add(0, new Edit(RowScript.Kind.FILL, random.nextLong()));
      if (random.nextBoolean()) {
        base.add(0, new Edit(RowScript.Kind.PARTITION, random.nextLong()));
      }
      List<Edit> ours = RowScript.edits(random, 1 + random.nextInt(3));
      if (random.nextInt(5) == 0) {
        RowScript.Kind rule =
            random.nextBoolean() ? RowScript.Kind.SET_KEY : RowScript.Kind.REQUIRE;
        ours.add(0, new Edit(rule, random.nextLong()));
      }
      return new Case(
          script,
          base,
          random.nextInt(4) > 0
              ? List.of()
              : List.of(new Edit(RowScript.Kind.APPEND, random.nextLong())),
          ours,
          RowScript.edits(random, 1 + random.nextInt(3)),
          RowScript.edits(random, random.nextInt(4) > 0 ? 0 : 1 + random.nextInt(2)));
    }

    /** All cases with one edit less. */
    List<Case> smaller() {
      List<Case> smaller = new ArrayList<>();
      without(base).forEach(it -> smaller.add(new Case(script, it, picked, ours, theirs, third)));
      without(picked).forEach(it -> smaller.add(new Case(script, base, it, ours, theirs, third)));
      without(ours).forEach(it -> smaller.add(new Case(script, base, picked, it, theirs, third)));
      without(theirs).forEach(it -> smaller.add(new Case(script, base, picked, ours, it, third)));
      without(third).forEach(it -> smaller.add(new Case(script, base, picked, ours, theirs, it)));
      return smaller;
    }

    private static List<List<Edit>> without(List<Edit> edits) {
      List<List<Edit>> all = new ArrayList<>();
      for (int i = 0; i < edits.size(); i++) {
        List<Edit> less = new ArrayList<>(edits);
        less.remove(i);
        all.add(less);
      }
      return all;
    }
  }

  @BeforeEach
  void open() {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
  }

  @AfterEach
  void close() {
    duck.close();
  }

  @Test
  void aMergeIsWhatTheOracleSays() {
    Long only = Long.getLong("varve.seed");
    long cases = Long.getLong("varve.merges", 150);
    for (long seed = 0; seed < cases; seed++) {
      long run = only == null ? seed : only;
      Case each = Case.random(run);
      Optional<Throwable> failure = failure(each);
      if (failure.isPresent()) {
        Case smallest = shrink(each);
        fail(
            "seed %d: %s%nschema %s%nsmallest: %s"
                .formatted(run, failure.get(), each.script().schema(), smallest),
            failure(smallest).orElse(failure.get()));
      }
      if (only != null) {
        return;
      }
    }
    System.out.printf(
        "levels %s, %d with conflicts in rows, %d with rows that do not fit, %d in two orders,"
            + " %d files not read%n",
        levels, conflicted, misfits, ordered, hidden);
    assertThat(levels.getOrDefault(MergeLevel.ROWS, 0)).isGreaterThan((int) cases / 2);
    assertThat(conflicted).isGreaterThan((int) cases / 10);
  }

  private Case shrink(Case failing) {
    for (Case smaller : failing.smaller()) {
      if (failure(smaller).isPresent()) {
        return shrink(smaller);
      }
    }
    return failing;
  }

  private Optional<Throwable> failure(Case each) {
    try {
      check(each);
      return Optional.empty();
    } catch (RuntimeException | AssertionError | IOException e) {
      return Optional.of(e);
    }
  }

  private void check(Case each) throws IOException {
    Path place = Files.createDirectories(directory.resolve("t" + tables++));
    RowScript script = each.script();
    TableMetadata base = script.run(script.create(place), each.base(), 0);
    // Files that came to both sides after base, as by a cherry-pick, count as base's.
    TableMetadata common = script.run(base, each.picked(), 0);
    TableMetadata ours = script.run(common, each.ours(), 0);
    TableMetadata theirs = script.run(picked(base, common), each.theirs(), each.ours().size());
    ThreeWay<TableMetadata> sides = ThreeWay.of(base, ours, theirs);
    Optional<TableMetadata> merged = check(sides, common, Side.FAIL);
    // The other way round it is the same rows or the same conflicts.
    Optional<TableMetadata> flipped = check(ThreeWay.of(base, theirs, ours), common, Side.FAIL);
    assertThat(flipped.isPresent()).isEqualTo(merged.isPresent());
    if (each.picked().isEmpty() && !each.third().isEmpty()) {
      checkOrder(each, base, ours, theirs);
    }
    if (merged.isEmpty()) {
      check(sides, common, Side.OURS);
      check(sides, common, Side.THEIRS);
    } else {
      // Merged again there is nothing to do; reverted, the rows of ours are back.
      TableMetadata again =
          check(ThreeWay.of(theirs, merged.get(), theirs), theirs, Side.FAIL).orElseThrow();
      assertThat(RowOracle.texts(RowOracle.rows(again, again.schema())))
          .isEqualTo(RowOracle.texts(RowOracle.rows(merged.get(), again.schema())));
      if (ours.schema().sameSchema(merged.get().schema())) {
        TableMetadata back =
            check(ThreeWay.of(merged.get(), merged.get(), ours), merged.get(), Side.FAIL)
                .orElseThrow();
        assertThat(RowOracle.texts(RowOracle.rows(back, ours.schema())))
            .isEqualTo(RowOracle.texts(RowOracle.rows(ours, ours.schema())));
      }
    }
  }

  /** The order of two merges makes no difference to the rows. */
  private void checkOrder(Case each, TableMetadata base, TableMetadata ours, TableMetadata theirs)
      throws IOException {
    int marks = each.ours().size() + each.theirs().size();
    TableMetadata third = each.script().run(base, each.third(), marks);
    Optional<TableMetadata> one = twice(base, ours, theirs, third);
    Optional<TableMetadata> other = twice(base, ours, third, theirs);
    if (one.isPresent() && other.isPresent()) {
      Schema schema = one.get().schema();
      assertThat(RowOracle.texts(RowOracle.rows(other.get(), schema)))
          .isEqualTo(RowOracle.texts(RowOracle.rows(one.get(), schema)));
      ordered++;
    }
  }

  private Optional<TableMetadata> twice(
      TableMetadata base, TableMetadata ours, TableMetadata first, TableMetadata second)
      throws IOException {
    Optional<TableMetadata> once = check(ThreeWay.of(base, ours, first), base, Side.FAIL);
    return once.isEmpty() ? once : check(ThreeWay.of(base, once.get(), second), base, Side.FAIL);
  }

  /** The files that one state has more than another, put into that by a commit of its own. */
  private static TableMetadata picked(TableMetadata base, TableMetadata common) {
    TestTable table = TestTable.of(base);
    FileDelta delta = FileDiff.between(base, common, table.io());
    if (!delta.isEmpty()) {
      var append = table.table().newAppend();
      delta.added().forEach(append::appendFile);
      append.commit();
    }
    return table.metadata();
  }

  /**
   * Merges and compares; empty if it is a conflict, which is compared too.
   *
   * @param common what the oracle takes for base
   */
  private Optional<TableMetadata> check(
      ThreeWay<TableMetadata> sides, TableMetadata common, Side strategy) throws IOException {
    ThreeWay<TableMetadata> meant = ThreeWay.of(common, sides.ours(), sides.theirs());
    FileIO io = TestTable.of(sides.ours()).io();
    RowFit fit = new DuckRowFit(() -> duck, io);
    StateMergeResult result =
        StateMerge.merge(
            new Conflicts("t", MergeVerb.MERGE),
            sides,
            io,
            new DuckSharedKeys(() -> duck, io),
            fit);
    if (result instanceof Combined combined) {
      count(combined.level());
      return Optional.of(compare(meant, combined.metadata(), strategy));
    }
    if (!(result instanceof NeedsRows needed)) {
      return Optional.empty(); // the schemas disagree
    }
    if (needed.why() == Why.ROWS_MAY_NOT_FIT) {
      return misfit(meant, needed.metadata(), strategy);
    }
    RowLevel level = new RowLevel(sides, needed, io);
    RowMergeResult rows;
    try (UnplannedFiles files = UnplannedFiles.hide(sides, needed.files().get(), io)) {
      hidden += files.count();
      rows =
          level.merge(
              new RowMerge(() -> duck, io),
              "t",
              new RowStrategies(strategy, new TreeMap<>()),
              RowPage.first(RowPage.MAX_LIMIT));
    }
    if (rows instanceof Conflicted found) {
      conflicted++;
      compare(meant, needed.metadata(), found);
      return Optional.empty();
    }
    count(MergeLevel.ROWS);
    RowMergeResult.Merged done = (RowMergeResult.Merged) rows;
    assertThat(done.work().rowsRemoved() + done.work().rowsWritten() == 0)
        .isEqualTo(done.written().files().isEmpty() && done.removed().isEmpty());
    TableMetadata merged = level.combine(done).metadata();
    return fit.misfit(sides, merged, MergeVerb.MERGE).isPresent()
        ? misfit(meant, merged, strategy)
        : Optional.of(compare(meant, merged, strategy));
  }

  /** One side asked of rows what those of the other do not have. */
  private Optional<TableMetadata> misfit(
      ThreeWay<TableMetadata> sides, TableMetadata merged, Side strategy) {
    assertThat(RowOracle.misfit(sides, merged.schema(), strategy)).isTrue();
    misfits++;
    return Optional.empty();
  }

  private void count(MergeLevel level) {
    levels.merge(level, 1, Integer::sum);
  }

  private static TableMetadata compare(
      ThreeWay<TableMetadata> sides, TableMetadata merged, Side strategy) {
    RowOracle.Expected expected =
        RowOracle.merge(sides, merged.schema(), RowOracle.key(sides, merged.schema()), strategy);
    assertThat(RowOracle.misfit(sides, merged.schema(), strategy)).isFalse();
    assertThat(expected.conflicts()).as("conflicts that were not told").isEmpty();
    assertThat(RowOracle.texts(RowOracle.rows(merged, merged.schema()))).isEqualTo(expected.rows());
    return merged;
  }

  private static void compare(
      ThreeWay<TableMetadata> sides, TableMetadata merged, Conflicted found) {
    Set<Integer> key = RowOracle.key(sides, merged.schema());
    Set<String> expected = RowOracle.merge(sides, merged.schema(), key, Side.FAIL).conflicts();
    List<RowConflict> told = found.conflicts().page();
    assertThat(found.conflicts().count()).isEqualTo(told.size()).isEqualTo(expected.size());
    // Keys are JSON there: they must be as many, and the kinds and columns the same.
    assertThat(told.stream().map(RowMergePropertyTest::text).sorted().toList())
        .isEqualTo(expected.stream().map(RowMergePropertyTest::withoutKey).sorted().toList());
    assertThat(told.stream().flatMap(it -> it.key().stream()).collect(Collectors.toSet()))
        .hasSize(
            new TreeSet<>(
                    key.isEmpty()
                        ? Set.of()
                        : expected.stream().map(it -> it.substring(0, it.indexOf(']'))).toList())
                .size());
  }

  private static String text(RowConflict conflict) {
    return conflict.kind() + conflict.column().map(" "::concat).orElse("");
  }

  private static String withoutKey(String conflict) {
    return conflict.startsWith(Kind.REMOVED_ON_BOTH_SIDES.toString())
        ? Kind.REMOVED_ON_BOTH_SIDES.toString()
        : conflict.substring(conflict.indexOf("] ") + 2);
  }
}
