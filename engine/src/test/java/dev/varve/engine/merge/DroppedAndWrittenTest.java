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
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.rows.RowWork;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A column that one side dropped and in which the other changed values is not lost silently. */
class DroppedAndWrittenTest extends TwoBranches {
  private static final String CODE = "column-dropped-and-written";
  private static final String ROWS =
      """
      {"id": 1, "a": 1, "s": {"x": 1, "y": 1}, "l": [{"p": 1, "q": 1}]}
      {"id": 2, "a": 2, "s": {"x": 2, "y": 2}, "l": [{"p": 2, "q": 2}]}
      {"id": 3, "a": 3, "s": {"x": 3, "y": 3}, "l": []}
      """;

  private void table(boolean keyed) {
    ingest(T, MAIN, ROWS, keyed ? List.of("id") : List.of());
    lake.lake().branch(EXP);
  }

  private void drop(RefName branch, String column) {
    lake.lake().open(branch, T).updateSchema().deleteColumn(column).commit();
  }

  private ObjectId update(RefName branch, String column, String value, String condition) {
    edits.update(on(branch), T, Map.of(column, value), condition);
    return lake.lake().head(branch);
  }

  private MergeReport merge() {
    return merges.merge(on(MAIN), Revision.of(EXP), MergeMode.NO_FAST_FORWARD, Optional.empty());
  }

  private static void assertConflict(MergeReport report, String message) {
    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    MergeConflict conflict = report.conflicts().get(0);
    assertThat(conflict.code()).isEqualTo(CODE);
    assertThat(conflict.message()).isEqualTo(message);
    assertThat(conflict.choice().orElseThrow().winners())
        .containsExactlyInAnyOrder(Winner.OURS, Winner.THEIRS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSideAndTheRowsAreNamed(boolean keyed) {
    table(keyed);
    drop(EXP, "a");
    update(MAIN, "a", "a * 10", "id <= 2");

    assertConflict(
        merge(), "column 'a' of 't' is dropped in theirs, and ours changed its values in 2 rows");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theOtherWayRound(boolean keyed) {
    table(keyed);
    drop(MAIN, "a");
    update(EXP, "a", "NULL", "id = 3");

    assertConflict(
        merge(), "column 'a' of 't' is dropped in ours, and theirs changed its values in 1 row");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fieldsOfStructsAreColumnsOfTheirOwn(boolean keyed) {
    table(keyed);
    drop(EXP, "s.y");
    update(MAIN, "s", "{'x': 9, 'y': s.y}", "id = 1");

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);
  }

  /** DuckDB fails fatally if it is asked for such a field alone. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFieldThatFilesDoNotHaveYetIsNotWrittenTo(boolean keyed) {
    List<String> key = keyed ? List.of("id") : List.of();
    lake.ingest()
        .ingest(
            IngestFixture.text(ROWS).with(new NewTable(key, List.of(), List.of())),
            ProgressListener.NONE);
    lake.lake().open(MAIN, T).updateSchema().addColumn("s", "z", Types.IntegerType.get()).commit();
    lake.lake().branch(EXP);
    drop(EXP, "s.z");
    update(MAIN, "a", "a * 10", "id = 1");

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fieldsInListsAreColumnsToo(boolean keyed) {
    table(keyed);
    drop(EXP, "l.element.q");
    update(MAIN, "l", "[{'p': 7, 'q': 8}]", "id = 2");

    assertConflict(
        merge(),
        "column 'l.element.q' of 't' is dropped in theirs, and ours changed its values in 1 row");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsThatWereOnlyWrittenAnewAddedOrRemovedAreNoChangeOfTheColumn(boolean keyed) {
    table(keyed);
    drop(EXP, "a");
    edits.update(on(MAIN), T, Map.of("s", "NULL"), "id = 1");
    edits.delete(on(MAIN), T, "id = 3");
    append(MAIN, "{\"id\": 4, \"a\": 4}");

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(lake.table().metadata().schema().findField("a")).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFilesThatAreReadToTellItAreCounted(boolean keyed) {
    table(keyed);
    drop(EXP, "a");
    drop(EXP, "l");
    edits.update(on(MAIN), T, Map.of("s", "NULL"), "id = 1");

    TableMergeReport table = merge().tables().get(0);

    assertThat(table.level()).isEqualTo(MergeLevel.METADATA);
    assertThat(table.rows()).contains(new RowWork(1, 1, 0, 6, 0, 0, 0, 0, 0));
  }

  @Test
  void nothingIsReadIfTheOtherSideOnlyAddedRows() {
    table(true);
    drop(EXP, "a");
    append(MAIN, "{\"id\": 4, \"a\": 4}");

    assertThat(merge().tables().get(0).rows()).isEmpty();
  }

  @Test
  void aPickedChangeOfAColumnThatTheBranchDropped() {
    table(true);
    drop(MAIN, "a");
    ObjectId picked = update(EXP, "a", "0", "true");

    assertConflict(
        merges.cherryPick(on(MAIN), Revision.of(picked), OptionalInt.empty(), Optional.empty()),
        "column 'a' of 't' is not on the branch, and the picked commit changed its values in 3"
            + " rows");
  }

  @Test
  void aRevertOfAChangeOfAColumnThatWasDroppedLater() {
    table(true);
    ObjectId bad = update(MAIN, "a", "0", "id = 1");
    drop(MAIN, "a");

    assertConflict(
        merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty()),
        "column 'a' of 't' was dropped after the commit, which changed its values in 1 row");
  }
}
