package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.merge.StateMergeResult.Combined;
import dev.varve.engine.merge.StateMergeResult.MetadataConflicts;
import dev.varve.engine.sql.TestTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.exceptions.ValidationException;
import org.junit.jupiter.api.Test;

/**
 * Random changes of columns, keys, partitioning, sort order, defaults and format on two branches,
 * against an oracle over flat facts. {@code -Dvarve.seed=…} runs one case.
 */
class MetadataMergePropertyTest {
  private static final long CASES = 3000;
  private static final int NAMES = 4;

  private int merged;
  private int conflicted;
  private int answered;

  @Test
  void metadataMergesFactByFact() {
    Long only = Long.getLong("varve.seed");
    for (long seed = 0; seed < CASES; seed++) {
      long run = only == null ? seed : only;
      try {
        check(new Random(run));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + run, e);
      }
      if (only != null) {
        return;
      }
    }
    System.out.printf(
        "%d merged, %d in conflict, %d of these times two answered%n",
        merged, conflicted, answered);
    assertThat(answered).isGreaterThan(conflicted);
    assertThat(merged).isGreaterThan((int) CASES / 3);
    assertThat(conflicted).isGreaterThan((int) CASES / 10);
  }

  private void check(Random random) {
    RowScript script = RowScript.random(random);
    TableMetadata empty = script.create(Path.of("/nothing/is/written/here"));
    AddedColumns added = new AddedColumns();
    TableMetadata base = edit(empty, random, random.nextInt(4), added);
    TableMetadata ours = edit(base, random, random.nextInt(5), added);
    TableMetadata theirs = edit(RowScript.raised(base, 20), random, random.nextInt(5), added);

    check(ThreeWay.of(base, ours, theirs));
    check(ThreeWay.of(base, theirs, ours));
    checkSame(theirs, ThreeWay.of(base, base, theirs));
    checkSame(ours, ThreeWay.of(base, ours, base));
    checkSame(ours, ThreeWay.of(base, ours, ours));
  }

  private static void checkSame(TableMetadata expected, ThreeWay<TableMetadata> sides) {
    TableMetadata merged = ((Combined) merge(sides)).metadata();
    assertThat(TableFacts.of(merged)).isEqualTo(TableFacts.of(expected));
    assertThat(ColumnOrder.of(merged)).isEqualTo(ColumnOrder.of(expected));
  }

  private void check(ThreeWay<TableMetadata> sides) {
    Optional<TableFacts> expected = TableFacts.merge(sides);
    StateMergeResult result = merge(sides);
    if (result instanceof MetadataConflicts found) {
      assertThat(expected).as("merged facts beside " + found).isEmpty();
      conflicted++;
      checkAnswers(sides, Winner.OURS);
      checkAnswers(sides, Winner.THEIRS);
    } else {
      TableMetadata metadata = ((Combined) result).metadata();
      assertThat(Optional.of(TableFacts.of(metadata))).isEqualTo(expected);
      ColumnOrder.of(metadata).assertMerged(sides.map(ColumnOrder::of));
      merged++;
    }
  }

  /** Who wins decides what conflicts and nothing else, whichever side is called ours. */
  private void checkAnswers(ThreeWay<TableMetadata> sides, Winner winner) {
    Optional<TableFacts> merged = answered(sides, winner);
    ThreeWay<TableMetadata> flipped = new ThreeWay<>(sides.base(), sides.theirs(), sides.ours());
    Winner other = winner == Winner.OURS ? Winner.THEIRS : Winner.OURS;
    assertThat(answered(flipped, other)).as("flipped, " + other + " wins").isEqualTo(merged);
    if (merged.isPresent()) {
      answered++;
      TableFacts.merge(sides, Optional.of(winner))
          .ifPresent(expected -> assertThat(merged).as(winner + " wins").contains(expected));
    }
  }

  private static Optional<TableFacts> answered(ThreeWay<TableMetadata> sides, Winner winner) {
    return Answering.merge(
            new Answer(winner, Optional.empty()), conflicts -> merge(sides, conflicts))
        .map(result -> TableFacts.of(((Combined) result).metadata()));
  }

  private static StateMergeResult merge(ThreeWay<TableMetadata> sides) {
    return merge(sides, new Conflicts("t", MergeVerb.MERGE));
  }

  private static StateMergeResult merge(ThreeWay<TableMetadata> sides, Conflicts conflicts) {
    return StateMerge.merge(
        conflicts,
        sides,
        TestTable.of(sides.ours()).io(),
        (ours, theirs, key) -> new SharedKeys.Found(0, List.of()),
        (three, metadata, verb) -> Optional.empty(),
        ColumnWrites.NONE,
        SideSnapshots.LISTED);
  }

  private static TableMetadata edit(
      TableMetadata state, Random random, int count, AddedColumns added) {
    TestTable table = TestTable.of(state);
    for (int i = 0; i < count; i++) {
      LayoutEdits edits = new LayoutEdits(table.table(), random, NAMES, added);
      try {
        edit(edits, random.nextInt(14));
      } catch (IllegalArgumentException | ValidationException e) {
        // What Iceberg refuses is no edit: a name that is taken, say.
      }
    }
    return table.metadata();
  }

  private static void edit(LayoutEdits edits, int kind) {
    switch (kind) {
      case 0, 1 -> edits.addColumn();
      case 2 -> edits.renameColumn();
      case 3 -> edits.dropColumn();
      case 4 -> edits.widenColumn();
      case 5 -> edits.describe();
      case 6 -> edits.require(List.of());
      case 7 -> edits.allowNull();
      case 8 -> edits.setKey(List.of());
      case 9 -> edits.partition();
      case 10 -> edits.reorder();
      case 11, 12 -> edits.setDefault();
      default -> edits.sort();
    }
  }
}
