package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.RowMergeTally.Event;
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
import dev.varve.engine.sql.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/**
 * Makes the table of one case, merges its branches, and compares what comes of it with the oracle
 * and with the laws that every merge obeys.
 */
final class RowMergeCheck {
  private final Duck duck;
  private final RowMergeTally tally;
  private final RowMergeCase each;
  private final StateRows rows = new StateRows();
  private final TableMetadata base;
  private final TableMetadata common;
  private final TableMetadata ours;
  private final TableMetadata theirs;

  /** A law that holds whatever the case is. */
  private interface Law {
    void check() throws IOException;
  }

  /**
   * Does the edits of a case.
   *
   * @param place an empty directory
   */
  RowMergeCheck(Duck duck, RowMergeTally tally, RowMergeCase each, Path place) {
    this.duck = duck;
    this.tally = tally;
    this.each = each;
    RowScript script = each.script();
    this.base = script.run(script.create(place), each.base(), 0);
    // Files that came to both sides after base, as by a cherry-pick, count as base's.
    this.common = script.run(base, each.picked(), 0);
    this.ours = script.run(common, each.ours(), 0);
    this.theirs = script.run(picked(base, common), each.theirs(), each.ours().size());
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

  /** The merge, and the one law of those that apply which the case names. */
  void mergeAndOneLaw() throws IOException {
    Optional<TableMetadata> merged = merge();
    List<Law> laws = laws(merged);
    laws.get(each.law() % laws.size()).check();
  }

  /** The merge and all laws that apply. */
  void mergeAndAllLaws() throws IOException {
    Optional<TableMetadata> merged = merge();
    for (Law law : laws(merged)) {
      law.check();
    }
  }

  private Optional<TableMetadata> merge() throws IOException {
    return merge(ThreeWay.of(base, ours, theirs), common, Side.FAIL);
  }

  private List<Law> laws(Optional<TableMetadata> merged) {
    List<Law> laws = new ArrayList<>();
    laws.add(() -> flipped(merged.isPresent()));
    if (merged.isEmpty()) {
      laws.add(this::settled);
    } else {
      laws.add(() -> repeated(merged.get()));
      laws.add(() -> reverted(merged.get()));
    }
    if (each.picked().isEmpty()) {
      laws.add(this::nothing);
      if (!each.third().isEmpty()) {
        laws.add(this::reordered);
      }
    }
    return laws;
  }

  /** The other way round it is the same rows, or the same conflicts. */
  private void flipped(boolean merges) throws IOException {
    assertThat(merge(ThreeWay.of(base, theirs, ours), common, Side.FAIL).isPresent())
        .isEqualTo(merges);
    tally.count(Event.FLIPPED);
  }

  /** A strategy settles what conflicts. */
  private void settled() throws IOException {
    merge(ThreeWay.of(base, ours, theirs), common, Side.OURS);
    merge(ThreeWay.of(base, ours, theirs), common, Side.THEIRS);
    tally.count(Event.SETTLED);
  }

  /** Merged again there is nothing to do. */
  private void repeated(TableMetadata merged) throws IOException {
    assertSameRows(
        merge(ThreeWay.of(theirs, merged, theirs), theirs, Side.FAIL).orElseThrow(), merged);
    tally.count(Event.REPEATED);
  }

  /** Reverted, the rows of ours are back. */
  private void reverted(TableMetadata merged) throws IOException {
    if (ours.schema().sameSchema(merged.schema())) {
      assertSameRows(
          merge(ThreeWay.of(merged, merged, ours), merged, Side.FAIL).orElseThrow(), ours);
      tally.count(Event.REVERTED);
    }
  }

  /** A branch that did nothing brings nothing; what both sides did alike is done once. */
  private void nothing() throws IOException {
    assertSameRows(merge(ThreeWay.of(base, ours, base), base, Side.FAIL).orElseThrow(), ours);
    assertSameRows(merge(ThreeWay.of(base, base, theirs), base, Side.FAIL).orElseThrow(), theirs);
    // All files that both sides have are base's to the oracle.
    assertSameRows(merge(ThreeWay.of(base, ours, ours), ours, Side.FAIL).orElseThrow(), ours);
    tally.count(Event.NOTHING_MERGED);
  }

  /** The order of two merges makes no difference to the rows. */
  private void reordered() throws IOException {
    int marks = each.ours().size() + each.theirs().size();
    TableMetadata third = each.script().run(base, each.third(), marks);
    Optional<TableMetadata> one = twice(theirs, third);
    Optional<TableMetadata> other = twice(third, theirs);
    if (one.isPresent() && other.isPresent()) {
      assertSameRows(other.get(), one.get());
      tally.count(Event.REORDERED);
    }
  }

  private Optional<TableMetadata> twice(TableMetadata first, TableMetadata second)
      throws IOException {
    Optional<TableMetadata> once = merge(ThreeWay.of(base, ours, first), base, Side.FAIL);
    return once.isEmpty() ? once : merge(ThreeWay.of(base, once.get(), second), base, Side.FAIL);
  }

  private void assertSameRows(TableMetadata actual, TableMetadata expected) {
    Schema schema = expected.schema();
    assertThat(RowOracle.texts(RowOracle.rows(rows, actual, schema)))
        .isEqualTo(RowOracle.texts(RowOracle.rows(rows, expected, schema)));
  }

  /**
   * Merges and compares; empty if it is a conflict, which is compared too.
   *
   * @param common what the oracle takes for base
   */
  private Optional<TableMetadata> merge(
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
      tally.merged(combined.level());
      return Optional.of(compare(meant, combined.metadata(), strategy));
    }
    if (!(result instanceof NeedsRows needed)) {
      tally.count(Event.CONFLICT_IN_METADATA);
      return Optional.empty();
    }
    if (needed.why() == Why.ROWS_MAY_NOT_FIT) {
      return misfit(meant, needed.metadata(), strategy);
    }
    RowLevel level = new RowLevel(sides, needed, io);
    RowMergeResult merged = mergeRows(level, sides, needed, strategy, io);
    if (merged instanceof Conflicted found) {
      tally.count(Event.CONFLICT_IN_ROWS);
      compare(meant, needed.metadata(), found);
      return Optional.empty();
    }
    RowMergeResult.Merged done = (RowMergeResult.Merged) merged;
    assertThat(done.work().rowsRemoved() + done.work().rowsWritten() == 0)
        .isEqualTo(done.written().files().isEmpty() && done.removed().isEmpty());
    TableMetadata state = level.combine(done).metadata();
    if (fit.misfit(sides, state, MergeVerb.MERGE).isPresent()) {
      return misfit(meant, state, strategy);
    }
    tally.merged(MergeLevel.ROWS);
    return Optional.of(compare(meant, state, strategy));
  }

  private RowMergeResult mergeRows(
      RowLevel level, ThreeWay<TableMetadata> sides, NeedsRows needed, Side strategy, FileIO io)
      throws IOException {
    try (UnplannedFiles files = UnplannedFiles.hide(sides, needed.files().get(), io)) {
      tally.hidden(files.count());
      return level.merge(
          new RowMerge(() -> duck, io),
          "t",
          new RowStrategies(strategy, new TreeMap<>()),
          RowPage.first(RowPage.MAX_LIMIT));
    }
  }

  /** One side asked of rows what those of the other do not have. */
  private Optional<TableMetadata> misfit(
      ThreeWay<TableMetadata> sides, TableMetadata merged, Side strategy) {
    Schema schema = merged.schema();
    assertThat(RowOracle.merge(rows, sides, schema, strategy).misfit(schema)).isTrue();
    tally.count(Event.MISFIT);
    return Optional.empty();
  }

  private TableMetadata compare(
      ThreeWay<TableMetadata> sides, TableMetadata merged, Side strategy) {
    Schema schema = merged.schema();
    RowOracle.Expected expected = RowOracle.merge(rows, sides, schema, strategy);
    assertThat(expected.misfit(schema)).isFalse();
    assertThat(expected.conflicts()).as("conflicts that were not told").isEmpty();
    assertThat(RowOracle.texts(RowOracle.rows(rows, merged, schema))).isEqualTo(expected.rows());
    return merged;
  }

  private void compare(ThreeWay<TableMetadata> sides, TableMetadata merged, Conflicted found) {
    Set<Integer> key = RowOracle.key(sides, merged.schema());
    Set<String> expected = RowOracle.merge(rows, sides, merged.schema(), Side.FAIL).conflicts();
    List<RowConflict> told = found.conflicts().page();
    assertThat(found.conflicts().count()).isEqualTo(told.size()).isEqualTo(expected.size());
    // Keys are JSON there: they must be as many, and the kinds and columns the same.
    assertThat(told.stream().map(RowMergeCheck::text).sorted().toList())
        .isEqualTo(expected.stream().map(RowMergeCheck::withoutKey).sorted().toList());
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
