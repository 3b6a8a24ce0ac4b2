package dev.varve.engine.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.diff.FileDelta;
import dev.varve.engine.diff.FileDiff;
import dev.varve.engine.merge.CheckedMerge.Outcome;
import dev.varve.engine.merge.CheckedMerge.Said;
import dev.varve.engine.merge.RowMergeTally.Event;
import dev.varve.engine.merge.RowScript.Edit;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.TestTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableMetadata;

/**
 * Makes the table of one case, merges its branches, and compares what comes of it with the oracle
 * and with the laws that every merge obeys.
 */
final class RowMergeCheck {
  private final RowMergeTally tally;
  private final RowMergeCase each;
  private final StateRows rows = new StateRows();
  private final CheckedMerge checked;
  private final AddedColumns added = new AddedColumns();
  private final TableMetadata base;
  private final TableMetadata common;
  private final TableMetadata oursFirst;
  private final TableMetadata ours;
  private final TableMetadata theirsBeforeLast;
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
    this.tally = tally;
    this.each = each;
    this.checked = new CheckedMerge(duck, tally, rows, place);
    RowScript script = each.script();
    this.base = script.run(script.create(place), each.base(), 0, added);
    // Files that came to both sides after base, as by a cherry-pick, count as base's.
    this.common = script.run(base, each.picked(), 0, added);
    int first = Math.min(1, each.ours().size());
    this.oursFirst = script.run(common, each.ours().subList(0, first), 0, added);
    List<Edit> oursRest = each.ours().subList(first, each.ours().size());
    this.ours = script.run(oursFirst, oursRest, 0, added);
    int last = Math.max(0, each.theirs().size() - 1);
    List<Edit> theirsFirst = each.theirs().subList(0, last);
    List<Edit> theirsLast = each.theirs().subList(last, each.theirs().size());
    this.theirsBeforeLast =
        script.run(picked(base, common), theirsFirst, each.ours().size(), added);
    this.theirs = script.run(theirsBeforeLast, theirsLast, 0, added);
    new CaseCoverage(tally).add(each, base, ours, theirs);
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

  /** The merge alone. */
  void merge() throws IOException {
    merge(Said.NOTHING);
  }

  /** The merge, and the one law of those that apply which the case names. */
  void mergeAndOneLaw() throws IOException {
    List<Law> laws = laws(merge(Said.NOTHING));
    laws.get(each.law() % laws.size()).check();
  }

  /** The merge and all laws that apply. */
  void mergeAndAllLaws() throws IOException {
    for (Law law : laws(merge(Said.NOTHING))) {
      law.check();
    }
  }

  private Outcome merge(Said said) throws IOException {
    return checked.merge(ThreeWay.of(base, ours, theirs), common, said);
  }

  private List<Law> laws(Outcome outcome) {
    List<Law> laws = new ArrayList<>();
    laws.add(() -> flipped(outcome));
    if (outcome.merged().isPresent()) {
      TableMetadata merged = outcome.merged().get();
      laws.add(() -> repeated(merged));
      laws.add(() -> reverted(merged));
    } else if (outcome.why().equals(Optional.of(Event.CONFLICT_IN_METADATA))) {
      laws.add(() -> answered(Winner.OURS));
      laws.add(() -> answered(Winner.THEIRS));
    } else {
      laws.add(() -> settled(Side.OURS));
      laws.add(() -> settled(Side.THEIRS));
      laws.add(this::settledByColumn);
      laws.add(this::settledOneByOne);
    }
    if (each.theirs().size() > 1) {
      laws.add(this::lastPicked);
    }
    if (each.ours().size() > 1) {
      laws.add(this::firstReverted);
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
  private void flipped(Outcome outcome) throws IOException {
    Outcome flipped = checked.merge(ThreeWay.of(base, theirs, ours), common, Said.NOTHING);
    if (!checked.repeatsKeys(ThreeWay.of(common, ours, theirs))) {
      assertThat(flipped.why()).isEqualTo(outcome.why());
    }
    tally.count(Event.FLIPPED);
  }

  /** A strategy settles what conflicts. */
  private void settled(Side side) throws IOException {
    merge(Said.of(side));
    tally.count(Event.SETTLED);
  }

  /** Sides and rules settle the cells of their columns. */
  private void settledByColumn() throws IOException {
    merge(byColumn());
    tally.count(Event.SETTLED_BY_COLUMN);
  }

  private Said byColumn() {
    return new Said(it -> RandomStrategies.random(random(), it), Optional.empty(), false);
  }

  /** Conflicts that were kept are answered one by one. */
  private void settledOneByOne() throws IOException {
    Schema schema = ours.schema();
    if (!RowOracle.key(ThreeWay.of(common, ours, theirs), schema).isEmpty()) {
      merge(new Said(it -> RandomStrategies.answers(random(), it), Optional.empty(), true));
      tally.count(Event.SETTLED_ONE_BY_ONE);
    }
  }

  /** A side wins what conflicts in the metadata; the rows follow. */
  private void answered(Winner winner) throws IOException {
    Outcome outcome = merge(Said.of(winner));
    tally.count(
        outcome.why().equals(Optional.of(Event.CONFLICT_IN_METADATA))
            ? Event.NO_ANSWER
            : Event.ANSWERED);
  }

  private Random random() {
    return new Random(each.law());
  }

  /** Merged again there is nothing to do. */
  private void repeated(TableMetadata merged) throws IOException {
    assertMerges(ThreeWay.of(theirs, merged, theirs), theirs, merged);
    tally.count(Event.REPEATED);
  }

  /** Reverted, the rows of ours are back. */
  private void reverted(TableMetadata merged) throws IOException {
    assertMerges(ThreeWay.of(merged, merged, ours), merged, ours);
    tally.count(Event.REVERTED);
  }

  /** The last edit of theirs alone is picked. */
  private void lastPicked() throws IOException {
    mergeAcross(MergeVerb.CHERRY_PICK, ThreeWay.of(theirsBeforeLast, ours, theirs));
    tally.count(Event.LAST_PICKED);
  }

  /** The first edit of ours is reverted, and the later ones stay. */
  private void firstReverted() throws IOException {
    mergeAcross(MergeVerb.REVERT, ThreeWay.of(oursFirst, ours, common));
    tally.count(Event.FIRST_REVERTED);
  }

  /** Merges whose base is not where the branches parted, and settles what conflicts. */
  private void mergeAcross(MergeVerb verb, ThreeWay<TableMetadata> sides) throws IOException {
    TableMetadata from = sides.base().orElseThrow();
    Optional<Event> why = checked.merge(verb, sides, from, Said.NOTHING).why();
    if (why.equals(Optional.of(Event.CONFLICT_IN_ROWS))) {
      checked.merge(verb, sides, from, byColumn());
    } else if (why.equals(Optional.of(Event.CONFLICT_IN_METADATA))) {
      checked.merge(
          verb, sides, from, Said.of(random().nextBoolean() ? Winner.OURS : Winner.THEIRS));
    }
  }

  /** A branch that did nothing brings nothing; what both sides did alike is done once. */
  private void nothing() throws IOException {
    assertMerges(ThreeWay.of(base, ours, base), base, ours);
    assertMerges(ThreeWay.of(base, base, theirs), base, theirs);
    // All files that both sides have are base's to the oracle.
    assertMerges(ThreeWay.of(base, ours, ours), ours, ours);
    tally.count(Event.NOTHING_MERGED);
  }

  /**
   * Some states merge to the rows of one; nothing is said if rows are compared that share a key.
   */
  private void assertMerges(
      ThreeWay<TableMetadata> sides, TableMetadata common, TableMetadata expected)
      throws IOException {
    Outcome outcome = checked.merge(sides, common, Said.NOTHING);
    if (!outcome.why().equals(Optional.of(Event.UNCLEAR_KEYS))) {
      assertThat(outcome.merged()).as("merged, and not %s", outcome.why()).isPresent();
      assertSameRows(outcome.merged().get(), expected);
    }
  }

  /** The order of two merges makes no difference to the rows. */
  private void reordered() throws IOException {
    int others = each.ours().size() + each.theirs().size();
    TableMetadata third = each.script().run(base, each.third(), others, added);
    Optional<TableMetadata> one = twice(theirs, third);
    Optional<TableMetadata> other = twice(third, theirs);
    if (one.isPresent() && other.isPresent()) {
      assertSameRows(other.get(), one.get());
      tally.count(Event.REORDERED);
    }
  }

  private Optional<TableMetadata> twice(TableMetadata first, TableMetadata second)
      throws IOException {
    Optional<TableMetadata> once =
        checked.merge(ThreeWay.of(base, ours, first), base, Said.NOTHING).merged();
    return once.isEmpty()
        ? once
        : checked.merge(ThreeWay.of(base, once.get(), second), base, Said.NOTHING).merged();
  }

  private void assertSameRows(TableMetadata actual, TableMetadata expected) {
    Schema schema = expected.schema();
    assertThat(RowOracle.texts(RowOracle.rows(rows, actual, schema)))
        .isEqualTo(RowOracle.texts(RowOracle.rows(rows, expected, schema)));
  }
}
