package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.AppliedDeletes;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.StateMergeResult.Why;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.TableMetadata;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random edits on two sides, against the rows that a merge of rows must give. */
class StateMergePropertyTest {
  private static final SharedKeys NONE = (ours, theirs, key) -> new SharedKeys.Found(0, List.of());

  /** One seed alone with {@code -Dvarve.seed=…}, more of them with {@code -Dvarve.seeds=…}. */
  static LongStream seeds() {
    return Optional.ofNullable(Long.getLong("varve.seed"))
        .map(LongStream::of)
        .orElseGet(() -> LongStream.range(0, Long.getLong("varve.seeds", 25)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aMergeHoldsPreciselyTheRowsOfBothSidesChanges(long seed) {
    Random random = new Random(seed);
    boolean deleteFiles = random.nextInt(3) > 0;
    SketchedTable table = new SketchedTable(2 + random.nextInt(2), random.nextBoolean());
    RandomEdits edits = new RandomEdits(table, random, deleteFiles);
    TableMetadata base = edits.edits(table.empty(), random.nextInt(8));
    TableMetadata ours = edits.edits(base, random.nextInt(4));
    TableMetadata theirs = edits.edits(base, random.nextInt(4));

    check(table, base, ours, theirs);
    check(table, base, theirs, ours);
    // A revert of what ours did, after which more happened.
    check(table, ours, edits.edits(ours, 2), base);
    // A cherry-pick of what theirs did onto a branch that never was where theirs started.
    check(table, theirs, ours, edits.edits(theirs, 2));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatBothSidesHaveAppendedAlikeIsThereOnce(long seed) {
    Random random = new Random(seed);
    SketchedTable table = new SketchedTable(2 + random.nextInt(2), random.nextBoolean());
    RandomEdits edits = new RandomEdits(table, random, random.nextBoolean());
    TableMetadata base = edits.edits(table.empty(), random.nextInt(3));
    DataFile picked = table.picked(List.of(table.row(0, 1), table.row(0, 2)));
    TableMetadata ours = edits.edits(append(table, base, picked), random.nextInt(3));
    TableMetadata theirs =
        edits.edits(append(table, edits.edits(base, 1), picked), random.nextInt(3));

    check(table, base, ours, theirs);
    check(table, base, theirs, ours);
  }

  private static TableMetadata append(SketchedTable table, TableMetadata state, DataFile file) {
    return table.change(state, t -> t.newFastAppend().appendFile(file).commit());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mergingNothingOrTheSameChangesNothing(long seed) {
    Random random = new Random(seed);
    SketchedTable table = new SketchedTable(2 + random.nextInt(2), random.nextBoolean());
    RandomEdits edits = new RandomEdits(table, random, true);
    TableMetadata base = edits.edits(table.empty(), random.nextInt(8));
    TableMetadata changed = edits.edits(base, random.nextInt(4));

    assertThat(merged(table, base, changed, base)).isEqualTo(table.rows(changed));
    assertThat(merged(table, base, base, changed)).isEqualTo(table.rows(changed));
    assertThat(merged(table, base, changed, changed)).isEqualTo(table.rows(changed));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aRepeatedMergeIsANoOpAndARevertedOneRestoresTheRows(long seed) {
    Random random = new Random(seed);
    SketchedTable table = new SketchedTable(2 + random.nextInt(2), random.nextBoolean());
    RandomEdits edits = new RandomEdits(table, random, seed % 2 == 0);
    TableMetadata base = edits.edits(table.empty(), random.nextInt(8));
    TableMetadata ours = edits.edits(base, random.nextInt(3));
    TableMetadata theirs = edits.edits(base, random.nextInt(3));

    StateMergeResult first = merge(table, base, ours, theirs);
    if (first instanceof Combined once) {
      TableMetadata merged = once.metadata();
      assertThat(merged(table, theirs, merged, theirs)).isEqualTo(table.rows(merged));
      if (merge(table, merged, merged, ours) instanceof Combined reverted) {
        assertThat(table.rows(reverted.metadata())).isEqualTo(table.rows(ours));
      } else {
        assertThat(deletes(table, merged)).isTrue();
      }
    }
  }

  private static List<SketchedTable.Row> merged(
      SketchedTable table, TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    return table.rows(((Combined) merge(table, base, ours, theirs)).metadata());
  }

  private static StateMergeResult merge(
      SketchedTable table, TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    return StateMerge.merge(
        new Conflicts("t", MergeVerb.MERGE),
        ThreeWay.of(base, ours, theirs),
        table.io(),
        NONE,
        (sides, merged, verb) -> Optional.empty(),
        ColumnWrites.NONE,
        SideSnapshots.LISTED);
  }

  private static void check(
      SketchedTable table, TableMetadata base, TableMetadata ours, TableMetadata theirs) {
    StateMergeResult result = merge(table, base, ours, theirs);
    if (result instanceof Combined combined) {
      TableMetadata merged = combined.metadata();
      assertThat(table.rows(merged)).isEqualTo(table.mergedRows(base, ours, theirs));
      assertThat(merged.properties()).containsAllEntriesOf(added(base, ours));
      assertThat(merged.properties()).containsAllEntriesOf(added(base, theirs));
      checkLineage(combined, ours);
    } else {
      checkNeeded(table, ThreeWay.of(base, ours, theirs), (NeedsRows) result);
    }
  }

  private static Map<String, String> added(TableMetadata base, TableMetadata side) {
    Map<String, String> added = new HashMap<>(side.properties());
    added.keySet().removeAll(base.properties().keySet());
    return added;
  }

  private static void checkLineage(Combined combined, TableMetadata ours) {
    TableMetadata merged = combined.metadata();
    if (combined.level() == MergeLevel.FILES && ours.currentSnapshot() != null) {
      assertThat(merged.currentSnapshot().parentId())
          .isEqualTo(ours.currentSnapshot().snapshotId());
      assertThat(merged.snapshots()).hasSize(ours.snapshots().size() + 1);
    }
    if (merged.formatVersion() == 3) {
      assertThat(merged.nextRowId()).isGreaterThanOrEqualTo(ours.nextRowId());
    }
  }

  /** A merge of rows is asked for only where files cannot tell. */
  private static void checkNeeded(
      SketchedTable table, ThreeWay<TableMetadata> sides, NeedsRows needed) {
    if (needed.why() == Why.SAME_FILES) {
      ThreeWay<AppliedDeletes> applied = sides.map(side -> AppliedDeletes.of(side, table.io()));
      AppliedDeletes base = applied.base().orElseThrow();
      Set<String> touched = changed(base, applied.ours());
      touched.retainAll(changed(base, applied.theirs()));
      // Or a file that both sides appended alike was changed afterwards.
      assertThat(!touched.isEmpty() || table.hasPicked()).isTrue();
    } else {
      assertThat(needed.why()).isEqualTo(Why.DELETES_REACH_FURTHER);
      ThreeWay<Boolean> deletes = sides.map(side -> deletes(table, side));
      assertThat(deletes.base().orElseThrow() || deletes.ours() || deletes.theirs()).isTrue();
    }
  }

  private static Set<String> changed(AppliedDeletes base, AppliedDeletes side) {
    Set<String> changed = new HashSet<>(base.locations());
    changed.removeIf(
        location ->
            side.task(location).isPresent()
                && side.deletes(location).equals(base.deletes(location)));
    return changed;
  }

  private static boolean deletes(SketchedTable table, TableMetadata state) {
    return state.currentSnapshot() != null
        && !state.currentSnapshot().deleteManifests(table.io()).isEmpty();
  }
}
