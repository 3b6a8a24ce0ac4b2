package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
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
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A merge that compared rows is undone below later changes of rows. */
class RevertedMergesTest extends TwoBranches {
  private void set(RefName branch, String column, String value, String where) {
    edits.update(on(branch), T, Map.of(column, value), where);
  }

  /** Rows 1 and 2 are changed by theirs, 3 by ours; theirs removes 4 and adds 5. */
  private ObjectId merged(boolean keyed) {
    ingest(T, MAIN, "id,a,b\n1,x,10\n2,y,20\n3,z,30\n4,w,40\n", keyed ? List.of("id") : List.of());
    lake.lake().branch(EXP);
    set(EXP, "a", "upper(a)", "id <= 2");
    edits.delete(on(EXP), T, "id = 4");
    append(EXP, "id,a,b\n5,new,50\n");
    set(MAIN, "b", "33", "id = 3");
    MergeReport report = merge(ConflictOptions.NONE);
    assertThat(report.tables().get(0).level()).isEqualTo(MergeLevel.ROWS);
    assertThat(rows(MAIN)).containsExactly("1|X|10", "2|Y|20", "3|z|33", "5|new|50");
    return report.head().orElseThrow().id();
  }

  private MergeReport revert(ObjectId merge, int mainline, Side winner) {
    return merges.revert(
        on(MAIN),
        Revision.of(merge),
        OptionalInt.of(mainline),
        Optional.empty(),
        new ConflictOptions(winner, new TreeMap<>(), new TreeMap<>(), RowPage.first(10)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsOfTheFirstParentComeBackBesideLaterOnes(boolean keyed) {
    ObjectId merge = merged(keyed);
    set(MAIN, "b", "34", "id = 3");
    append(MAIN, "id,a,b\n6,late,60\n");

    assertThat(revert(merge, 1, Side.FAIL).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|x|10", "2|y|20", "3|z|34", "4|w|40", "6|late|60");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void toTheSecondParentOursChangesGo(boolean keyed) {
    ObjectId merge = merged(keyed);
    set(MAIN, "b", "21", "id = 2");

    assertThat(revert(merge, 2, Side.FAIL).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|X|10", "2|Y|21", "3|z|30", "5|new|50");
  }

  @Test
  void rowsThatLaterCommitsChangedAreConflictsAndOthersGoBack() {
    ObjectId merge = merged(true);
    set(MAIN, "a", "'late'", "id = 1");
    set(MAIN, "b", "21", "id = 2");
    set(MAIN, "a", "'newer'", "id = 5");
    append(MAIN, "id,a,b\n4,again,40\n");
    ObjectId head = lake.lake().head(MAIN);

    MergeReport report = revert(merge, 1, Side.FAIL);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(
            conflict(Kind.CHANGED_ON_BOTH_SIDES, 1, "a", "\"X\"", "\"late\"", "\"x\""),
            conflict(Kind.ADDED_ON_BOTH_SIDES, 4, "a", null, "\"again\"", "\"w\""),
            conflict(
                Kind.REMOVED_IN_THEIRS,
                5,
                null,
                "{\"id\":5,\"a\":\"new\",\"b\":50}",
                "{\"id\":5,\"a\":\"newer\",\"b\":50}",
                null));

    revert(merge, 1, Side.OURS);
    assertThat(rows(MAIN))
        .containsExactly("1|late|10", "2|y|21", "3|z|33", "4|again|40", "5|newer|50");
  }

  @Test
  void whereTheRevertWinsRowsAreThoseOfTheFirstParent() {
    ObjectId merge = merged(true);
    set(MAIN, "a", "'late'", "id = 1");
    set(MAIN, "b", "21", "id = 2");
    set(MAIN, "a", "'newer'", "id = 5");

    assertThat(revert(merge, 1, Side.THEIRS).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|x|10", "2|y|21", "3|z|33", "4|w|40");
  }

  @Test
  void withoutAKeyRowsThatWereChangedAgainAreAConflict() {
    ObjectId merge = merged(false);
    set(MAIN, "a", "'late'", "id = 1");

    MergeReport report = revert(merge, 1, Side.FAIL);

    assertThat(report.conflicts()).extracting(MergeConflict::code).containsExactly("rows-conflict");
    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .extracting(RowConflict::kind)
        .containsExactly(Kind.REMOVED_ON_BOTH_SIDES);
    assertThat(rows(MAIN)).containsExactly("1|late|10", "2|Y|20", "3|z|33", "5|new|50");
  }

  private static RowConflict conflict(
      Kind kind, int id, String column, String base, String ours, String theirs) {
    return new RowConflict(
        kind,
        Optional.of("{\"id\":" + id + "}"),
        Optional.ofNullable(column),
        Optional.ofNullable(base),
        Optional.ofNullable(ours),
        Optional.ofNullable(theirs));
  }
}
