package dev.varve.engine.prepared;

import static dev.varve.engine.table.LakeFixture.ADA;
import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.NamedFiles;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.ConflictOptions;
import dev.varve.engine.merge.MergeConflict;
import dev.varve.engine.merge.MergeLevel;
import dev.varve.engine.merge.MergeReport;
import dev.varve.engine.merge.Merges;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.LoadedTable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One side dropped a column, the other changed it, and the answer is to keep it. Each case is run
 * with either side as the branch that is merged into.
 */
class KeptColumnsTest {
  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private PreparedMerges prepared;
  private RefName dropper = MAIN;
  private RefName keeper = EXP;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
    Merges merges =
        new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);
    prepared =
        new PreparedMerges(
            lake.lake().tables(), merges, lake.ingest(), edits, lake::duck, lake.temp());
  }

  @AfterEach
  void close() {
    lake.close();
  }

  private void table(String rows, List<String> key, boolean oursDrops) {
    lake.ingest()
        .ingest(
            IngestFixture.text(rows).with(new NewTable(key, List.of(), List.of())),
            ProgressListener.NONE);
    dropper = oursDrops ? MAIN : EXP;
    keeper = oursDrops ? EXP : MAIN;
  }

  /** Column b is dropped on one branch and called c on the other. */
  private void drop() {
    lake.lake().branch(EXP);
    open(keeper).updateSchema().renameColumn("b", "c").commit();
    open(dropper).updateSchema().deleteColumn("b").commit();
  }

  private Table open(RefName branch) {
    return lake.lake().open(branch, IngestFixture.T);
  }

  private void append(RefName branch, String rows) {
    byte[] bytes = rows.getBytes(StandardCharsets.UTF_8);
    lake.ingest()
        .ingest(
            IngestRequest.append(
                IngestFixture.T, IngestSource.of(new ByteArrayInputStream(bytes)), on(branch)),
            ProgressListener.NONE);
  }

  private void update(RefName branch, String column, String value, String where) {
    edits.update(on(branch), IngestFixture.T, Map.of(column, value), where);
  }

  private RefName prepare() {
    PreparedMerge merge =
        prepared
            .merge(
                on(MAIN),
                Revision.of(EXP),
                MergeMode.NO_FAST_FORWARD,
                Optional.empty(),
                ConflictOptions.NONE)
            .prepared()
            .orElseThrow();
    assertThat(merge.state()).isEqualTo(PreparedMerge.State.CONFLICTED);
    return merge.name();
  }

  private long answer(RefName merge, RefName winner) {
    return prepared.resolve(
        merge,
        new ChoiceResolution(
            Optional.empty(),
            Optional.empty(),
            "part IN ('column ''b''', 'column ''s.y''', 'the fields of column ''s''')",
            winner.equals(MAIN) ? Take.OURS : Take.THEIRS,
            Optional.empty()),
        ADA);
  }

  private MergeReport keep() throws IOException {
    RefName merge = prepare();
    answer(merge, keeper);
    Preparation finished = prepared.finish(merge, ADA);
    assertThat(finished.report().conflicts()).isEmpty();
    prepared.publish(merge, ADA);
    NamedFiles.requireAllKnown(lake.lake(), directory, "after the merge");
    return finished.report();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsThatWereWrittenWithoutItHaveTheirValuesBack(boolean oursDrops) throws IOException {
    table("id,a,b\n1,10,100\n2,20,200\n3,30,\n", List.of("id"), oursDrops);
    drop();
    update(dropper, "a", "a + 1", "id >= 2");
    append(dropper, "id,a\n4,40\n");

    MergeReport report = keep();

    assertThat(lake.rows()).containsExactly("1|10|100", "2|21|200", "3|31|null", "4|40|null");
    assertThat(report.tables().get(0).level()).isEqualTo(MergeLevel.ROWS);
    assertThat(report.tables().get(0).rows().orElseThrow().rowsWritten()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsThatBothChangedHaveTheCellsOfBoth(boolean oursDrops) throws IOException {
    table("id,a,b\n1,10,100\n2,20,200\n3,30,300\n4,40,400\n", List.of("id"), oursDrops);
    drop();
    update(dropper, "a", "a + 1", "id >= 2");
    update(keeper, "c", "c + 5", "id <= 2");
    edits.delete(on(dropper), IngestFixture.T, "id = 4");
    append(dropper, "id,a\n5,50\n");
    append(keeper, "id,a,c\n5,50,500\n");

    keep();

    assertThat(lake.rows()).containsExactly("1|10|105", "2|21|205", "3|31|300", "5|50|500");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rowsOfFilesThatTheOtherOnlyAddedToAreUntouched(boolean oursDrops) throws IOException {
    table("id,a,b\n1,10,100\n2,20,200\n", List.of("id"), oursDrops);
    drop();
    append(dropper, "id,a\n3,30\n");
    append(keeper, "id,a,c\n4,40,400\n");
    MergeReport report = keep();

    assertThat(lake.rows()).containsExactly("1|10|100", "2|20|200", "3|30|null", "4|40|400");
    assertThat(report.tables().get(0).level()).isEqualTo(MergeLevel.FILES);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void valuesThatWereWrittenBeforeTheColumnWasDroppedStay(boolean oursDrops) throws IOException {
    table("id,a,b\n1,10,100\n2,20,200\n", List.of("id"), oursDrops);
    lake.lake().branch(EXP);
    open(keeper).updateSchema().renameColumn("b", "c").commit();
    update(dropper, "b", "b + 7", "id = 1");
    open(dropper).updateSchema().deleteColumn("b").commit();

    keep();

    assertThat(lake.rows()).containsExactly("1|10|107", "2|20|200");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void valuesThatWereWrittenAfterTheColumnWasWidenedStay(boolean oursDrops) throws IOException {
    table("id\n", List.of("id"), oursDrops);
    open(MAIN).updateSchema().addColumn("b", Types.IntegerType.get()).commit();
    append(MAIN, "id,b\n1,100\n2,200\n");
    lake.lake().branch(EXP);
    open(keeper).updateSchema().renameColumn("b", "c").commit();
    open(dropper).updateSchema().updateColumn("b", Types.LongType.get()).commit();
    update(dropper, "b", "3000000000", "id = 1");
    open(dropper).updateSchema().deleteColumn("b").commit();

    keep();

    assertThat(open(MAIN).schema().findType("c")).isEqualTo(Types.LongType.get());
    assertThat(lake.rows()).containsExactly("1|3000000000", "2|200");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFieldOfAStructComesBackIntoTheStruct(boolean oursDrops) throws IOException {
    String rows = "{\"id\": %d, \"s\": {\"x\": %d, \"y\": \"%s\"}}\n";
    lake.ingest()
        .ingest(
            IngestFixture.text(rows.formatted(1, 1, "one") + rows.formatted(2, 2, "two"))
                .with(new NewTable(List.of("id"), List.of(), List.of())),
            ProgressListener.NONE);
    dropper = oursDrops ? MAIN : EXP;
    keeper = oursDrops ? EXP : MAIN;
    lake.lake().branch(EXP);
    open(keeper).updateSchema().renameColumn("s.y", "z").commit();
    open(dropper).updateSchema().deleteColumn("s.y").commit();
    open(dropper).updateSchema().addColumn("n", Types.LongType.get()).commit();
    update(dropper, "n", "9", "id = 2");

    keep();

    assertThat(lake.rows()).containsExactly("1|Record(1, one)|null", "2|Record(2, two)|9");
  }

  private void dropAndWrite(boolean oursDrops) {
    table("id,a,b\n1,10,100\n2,20,200\n3,30,300\n", List.of("id"), oursDrops);
    lake.lake().branch(EXP);
    open(dropper).updateSchema().deleteColumn("b").commit();
    update(dropper, "a", "a + 1", "id >= 2");
    update(keeper, "b", "b + 5", "id <= 2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aColumnThatWasWrittenToIsKeptWithWhatWasWritten(boolean oursDrops) throws IOException {
    dropAndWrite(oursDrops);

    keep();

    assertThat(lake.rows()).containsExactly("1|10|105", "2|21|205", "3|31|300");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aColumnThatWasWrittenToGoesIfSomebodySaysSo(boolean oursDrops) {
    dropAndWrite(oursDrops);
    RefName merge = prepare();
    answer(merge, dropper);

    assertThat(prepared.finish(merge, ADA).report().conflicts()).isEmpty();
    prepared.publish(merge, ADA);

    assertThat(lake.rows()).containsExactly("1|10", "2|21", "3|31");
  }

  private void structOfWhichEachDropsAField(boolean oursDrops, List<String> key) {
    String rows = "{\"id\": %d, \"s\": {\"x\": %d, \"y\": \"%s\"}}\n";
    lake.ingest()
        .ingest(
            IngestFixture.text(rows.formatted(1, 1, "one") + rows.formatted(2, 2, "two"))
                .with(new NewTable(key, List.of(), List.of())),
            ProgressListener.NONE);
    dropper = oursDrops ? MAIN : EXP;
    keeper = oursDrops ? EXP : MAIN;
    lake.lake().branch(EXP);
    open(keeper).updateSchema().deleteColumn("s.x").commit();
    open(dropper).updateSchema().deleteColumn("s.y").commit();
    open(dropper).updateSchema().addColumn("n", Types.LongType.get()).commit();
    update(dropper, "n", "9", "id = 2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStructThatWouldHaveNoFieldKeepsThoseOfWhoWins(boolean oursDrops) throws IOException {
    structOfWhichEachDropsAField(oursDrops, List.of("id"));

    keep();

    assertThat(lake.rows()).containsExactly("1|Record(one)|null", "2|Record(two)|9");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStructWhoseFieldCannotComeBackKeepsThoseOfTheOther(boolean oursDrops) {
    structOfWhichEachDropsAField(oursDrops, List.of());
    RefName merge = prepare();
    answer(merge, keeper);

    assertThat(prepared.finish(merge, ADA).report().conflicts())
        .extracting(MergeConflict::code)
        .containsExactly("kept-column-without-values");
    answer(merge, dropper);
    assertThat(prepared.finish(merge, ADA).report().conflicts()).isEmpty();
    prepared.publish(merge, ADA);

    assertThat(lake.rows()).containsExactly("1|Record(1)|null", "2|Record(2)|9");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rowsOfBothFormatsComeBackWithIdsOfTheirOwn(int format) throws IOException {
    table("id,a,b\n1,10,100\n2,20,200\n", List.of("id"), false);
    open(MAIN).updateProperties().set("format-version", Integer.toString(format)).commit();
    drop();
    update(dropper, "a", "a + 1", "id = 2");
    append(keeper, "id,a,c\n3,30,300\n");

    keep();
    append(MAIN, "id,a,c\n4,40,400\n");

    assertThat(lake.rows()).containsExactly("1|10|100", "2|21|200", "3|30|300", "4|40|400");
    LoadedTable merged = lake.table();
    assertThat(merged.metadata().formatVersion()).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNewColumnThatTookTheNameDoesNotGetTheValues(boolean oursDrops) {
    table("id,a,b\n1,10,100\n2,20,200\n", List.of("id"), oursDrops);
    drop();
    open(dropper).updateSchema().addColumn("c", Types.LongType.get()).commit();
    update(dropper, "c", "7", "id = 2");

    RefName merge = prepare();
    answer(merge, keeper);
    prepared.finish(merge, ADA);
    prepared.resolve(
        merge,
        new ChoiceResolution(
            Optional.empty(),
            Optional.empty(),
            "part <> 'column ''b'''",
            Take.VALUE,
            Optional.of("d")),
        ADA);
    assertThat(prepared.finish(merge, ADA).report().conflicts()).isEmpty();
    prepared.publish(merge, ADA);

    Set<String> rows = new HashSet<>(lake.rows());
    assertThat(rows).containsAnyOf("2|20|200|7", "2|20|7|200");
    assertThat(rows).containsAnyOf("1|10|100|null", "1|10|null|100");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutAKeyItIsAConflictAndNotRowsWithoutValues(boolean oursDrops) throws IOException {
    table("id,a,b\n1,10,100\n2,20,200\n", List.of(), oursDrops);
    drop();
    update(dropper, "a", "a + 1", "id = 2");
    RefName merge = prepare();
    answer(merge, keeper);

    Preparation refused = prepared.finish(merge, ADA);

    MergeConflict conflict = refused.report().conflicts().get(0);
    assertThat(conflict.code()).isEqualTo("kept-column-without-values");
    assertThat(conflict.message())
        .isEqualTo(
            "column 'b' of 't' cannot be kept: 2 rows that %s wrote without it would have no value, for there is no row key that base has as well"
                .formatted(oursDrops ? "ours" : "theirs"));
    NamedFiles.requireAllKnown(lake.lake(), directory, "after it was refused");

    assertThatThrownBy(() -> prepared.finish(merge, ADA))
        .hasMessage("cannot finish 'merge/1': 1 conflict is not resolved");
    assertThatThrownBy(() -> answer(merge, keeper))
        .hasMessageEndingWith("where '%s' cannot win".formatted(oursDrops ? "theirs" : "ours"));
    answer(merge, dropper);
    assertThat(prepared.finish(merge, ADA).report().conflicts()).isEmpty();
    prepared.publish(merge, ADA);
    assertThat(lake.rows()).containsExactly("1|10", "2|21");
  }

  @Test
  void aKeyThatIsOnSeveralRowsIsNamed() {
    table("id,a,b\n1,10,100\n1,20,200\n", List.of(), true);
    open(MAIN)
        .updateSchema()
        .allowIncompatibleChanges()
        .requireColumn("id")
        .setIdentifierFields("id")
        .commit();
    drop();
    update(dropper, "a", "a + 1", "a = 20");
    RefName merge = prepare();
    answer(merge, keeper);

    MergeConflict conflict = prepared.finish(merge, ADA).report().conflicts().get(0);

    assertThat(conflict.message()).endsWith("missing, such as {\"id\":1}");
  }
}
