package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.merge.rows.Side;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Branches that merged one another, each in files of its own, and go on changing rows. */
class CrissCrossRowsTest extends TwoBranches {
  private static final String ROWS = "id,a,b\n1,x,10\n2,y,20\n3,z,30\n4,w,40\n";

  private void table(boolean keyed) {
    ingest(T, MAIN, ROWS, keyed ? List.of("id") : List.of());
    lake.lake().branch(EXP);
  }

  private void set(RefName branch, String column, String value, int id) {
    edits.update(on(branch), T, Map.of(column, value), "id = " + id);
  }

  private MergeReport merge(RefName into, ObjectId from, ConflictOptions options) {
    return merges.merge(
        on(into), Revision.of(from), MergeMode.NO_FAST_FORWARD, Optional.empty(), options);
  }

  /** Merges each branch into the other, as both were. */
  private void mergeOneAnother(int bases) {
    ObjectId main = lake.lake().head(MAIN);
    ObjectId exp = lake.lake().head(EXP);
    MergeReport here = merge(MAIN, exp, ConflictOptions.NONE);
    MergeReport there = merge(EXP, main, ConflictOptions.NONE);
    for (MergeReport report : List.of(here, there)) {
      assertThat(report.conflicts()).isEmpty();
      assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
      assertThat(report.sides().bases()).hasSize(bases);
      assertThat(report.tables().get(0).level()).isEqualTo(MergeLevel.ROWS);
    }
  }

  private void requireOnBoth(String... rows) {
    assertThat(rows(MAIN)).containsExactly(rows);
    assertThat(rows(EXP)).containsExactly(rows);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void changesOfOneFileMeetAgainAndAgain(boolean keyed) {
    table(keyed);
    set(MAIN, "b", "11", 1);
    set(EXP, "a", "'Y'", 2);
    mergeOneAnother(1);
    requireOnBoth("1|x|11", "2|Y|20", "3|z|30", "4|w|40");

    set(MAIN, "a", "'X'", 1);
    edits.delete(on(MAIN), T, "id = 4");
    append(MAIN, "id,a,b\n5,m,50\n");
    set(EXP, "b", "22", 2);
    set(EXP, "b", "33", 3);
    append(EXP, "id,a,b\n6,e,60\n");
    mergeOneAnother(2);
    requireOnBoth("1|X|11", "2|Y|22", "3|z|33", "5|m|50", "6|e|60");

    set(MAIN, "a", "'M'", 5);
    set(MAIN, "b", "b + 1", 6);
    edits.delete(on(EXP), T, "id = 1");
    set(EXP, "a", "'Z'", 3);
    mergeOneAnother(2);
    requireOnBoth("2|Y|22", "3|Z|33", "5|M|50", "6|e|61");
  }

  @Test
  void cellsOfOneRowMeetAgainAndAgain() {
    table(true);
    set(MAIN, "b", "11", 1);
    set(EXP, "a", "'X'", 1);
    mergeOneAnother(1);
    requireOnBoth("1|X|11", "2|y|20", "3|z|30", "4|w|40");

    set(MAIN, "a", "'XX'", 1);
    set(EXP, "b", "111", 1);
    mergeOneAnother(2);
    requireOnBoth("1|XX|111", "2|y|20", "3|z|30", "4|w|40");
  }

  @Test
  void occurrencesOfARowAreCountedAgainstWhatBothHadAlready() {
    table(false);
    append(MAIN, "id,a,b\n5,new,50\n");
    append(EXP, "id,a,b\n5,new,50\n6,new,60\n");
    set(MAIN, "a", "'X'", 1);
    set(EXP, "a", "'Y'", 2);
    mergeOneAnother(1);
    requireOnBoth("1|X|10", "2|Y|20", "3|z|30", "4|w|40", "5|new|50", "5|new|50", "6|new|60");

    append(MAIN, "id,a,b\n5,new,50\n");
    edits.delete(on(EXP), T, "id = 6");
    set(MAIN, "a", "'Z'", 3);
    set(EXP, "a", "'W'", 4);
    mergeOneAnother(2);
    requireOnBoth("1|X|10", "2|Y|20", "3|Z|30", "4|W|40", "5|new|50", "5|new|50", "5|new|50");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUpdateThatBothMadeBeforeIsInTheBase(boolean keyed) {
    table(keyed);
    for (RefName branch : List.of(MAIN, EXP)) {
      set(branch, "a", "'same'", 1);
      set(branch, "b", "21", 2);
    }
    ObjectId main = lake.lake().head(MAIN);
    ObjectId exp = lake.lake().head(EXP);
    merge(MAIN, exp, ConflictOptions.NONE);
    merge(EXP, main, ConflictOptions.NONE);

    set(MAIN, "b", "11", 1);
    set(EXP, "a", "'Y'", 2);
    mergeOneAnother(2);
    requireOnBoth("1|same|11", "2|Y|21", "3|z|30", "4|w|40");
  }

  @Test
  void aConflictIsAgainstWhatTheBranchesLastAgreedOn() {
    table(true);
    set(MAIN, "b", "11", 1);
    set(EXP, "a", "'X'", 1);
    mergeOneAnother(1);
    set(MAIN, "a", "'main'", 1);
    set(EXP, "a", "'exp'", 1);
    set(EXP, "b", "12", 1);

    MergeReport report = merge(MAIN, lake.lake().head(EXP), ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(
            new RowConflict(
                Kind.CHANGED_ON_BOTH_SIDES,
                Optional.of("{\"id\":1}"),
                Optional.of("a"),
                Optional.of("\"X\""),
                Optional.of("\"main\""),
                Optional.of("\"exp\"")));
  }

  /** What each branch made of a conflict is no base for either. */
  @Test
  void aTableWhoseConflictWasSettledTwiceIsNotMergedWithoutAnAnswer() {
    table(true);
    set(MAIN, "a", "'main'", 1);
    set(EXP, "a", "'exp'", 1);
    ObjectId main = lake.lake().head(MAIN);
    merge(MAIN, lake.lake().head(EXP), winner(Side.THEIRS));
    merge(EXP, main, winner(Side.OURS));
    requireOnBoth("1|exp|10", "2|y|20", "3|z|30", "4|w|40");
    set(MAIN, "b", "22", 2);
    set(EXP, "b", "33", 3);
    ObjectId head = lake.lake().head(MAIN);

    MergeReport report = merge(MAIN, lake.lake().head(EXP), ConflictOptions.NONE);

    assertThat(report.conflicts())
        .extracting(MergeConflict::code)
        .containsExactly("bases-disagree");
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
  }

  private static ConflictOptions winner(Side side) {
    return new ConflictOptions(side, new TreeMap<>(), new TreeMap<>(), RowPage.first(10));
  }
}
