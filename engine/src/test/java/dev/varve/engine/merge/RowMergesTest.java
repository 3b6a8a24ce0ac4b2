package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeResult;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Content;
import dev.varve.engine.change.Alteration;
import dev.varve.engine.change.TableEdits;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.IngestSource;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both branches changed rows of the same files. */
class RowMergesTest {
  private static final TableName T = IngestFixture.T;

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;
  private Merges merges;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
    merges =
        new Merges(lake.lake().tables(), new Diffs(lake.lake().tables(), lake::duck), lake::duck);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void differentColumnsOfOneRowBothSurvive() {
    keyed("id,a,b\n1,x,10\n2,y,20\n3,z,30\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("b", "99"), "id = 1");
    edits.delete(on(EXP), T, "id = 2");
    append(EXP, "id,a,b\n4,new,40\n");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|theirs|99", "3|z|30", "4|new|40");
    TableMergeReport table = report.tables().get(0);
    assertThat(table.level()).isEqualTo(MergeLevel.ROWS);
    assertThat(table.rows().orElseThrow().rowsChanged()).isEqualTo(3);
    assertThat(table.rows().orElseThrow().rowsWritten()).isEqualTo(2);
  }

  @Test
  void rowsWithATypeThatDuckDbDoesNotWriteAreLeftToOtherEngines() throws Exception {
    keyed("id,a,b\n1,x,10\n2,y,20\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("b", "99"), "id = 1");
    lake.lake().open(EXP, T).updateSchema().addColumn("f", Types.FixedType.ofLength(3)).commit();
    ObjectId head = lake.lake().head(MAIN);
    Set<Path> before = files();

    assertThatThrownBy(() -> merge(ConflictOptions.NONE))
        .isInstanceOfSatisfying(
            VarveException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED);
              assertThat(refusal).hasMessage("cannot write column 'f': its type is fixed[3]");
              assertThat(refusal.hint().orElseThrow()).contains("another engine, such as Spark");
            });
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void keysThatAreComparedToCombineFilesAreCounted() {
    keyed("id,a,b\n1,x,10\n");
    append(EXP, "id,a,b\n2,x,10\n5,y,20\n");
    append(EXP, "id,a,b\n90,x,10\n");
    append(MAIN, "id,a,b\n3,x,10\n4,y,20\n6,y,20\n");

    TableMergeReport table = merge(ConflictOptions.NONE).tables().get(0);

    assertThat(table.level()).isEqualTo(MergeLevel.FILES);
    assertThat(table.rows()).contains(new RowWork(0, 1, 1, 5, 0, 0, 0, 0, 0));
    assertThat(rows(MAIN)).hasSize(7);
  }

  @Test
  void theSameCellIsAConflictThatSaysWhatEachSideDidAndLeavesNoFile() throws Exception {
    keyed("id,a,b\n1,x,10\n2,y,20\n3,z,\n");
    edits.update(on(EXP), T, Map.of("a", "'t'", "b", "11"), "id = 1");
    edits.update(on(MAIN), T, Map.of("a", "'o'", "b", "11"), "id = 1");
    edits.update(on(EXP), T, Map.of("b", "31"), "id = 3");
    edits.delete(on(MAIN), T, "id = 3");
    edits.delete(on(EXP), T, "id = 2");
    edits.update(on(MAIN), T, Map.of("b", "NULL"), "id = 2");
    ObjectId head = lake.lake().head(MAIN);
    Set<Path> before = files();

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
    assertThat(files()).isEqualTo(before);
    MergeConflict conflict = report.conflicts().get(0);
    assertThat(conflict.code()).isEqualTo("rows-conflict");
    assertThat(conflict.message())
        .isEqualTo("both sides changed 't', and 3 rows of it differently");
    assertThat(conflict.hint()).contains("--strategy t.COLUMN=theirs", "--rule", "--prepare");
    assertThat(conflict.details().get("ours")).startsWith("added 1 file");
    assertThat(conflict.rows().orElseThrow().page())
        .containsExactly(
            row(Kind.CHANGED_ON_BOTH_SIDES, "{\"id\":1}", "a", "\"x\"", "\"o\"", "\"t\""),
            row(
                Kind.REMOVED_IN_THEIRS,
                "{\"id\":2}",
                null,
                "{\"id\":2,\"a\":\"y\",\"b\":20}",
                "{\"id\":2,\"a\":\"y\",\"b\":null}",
                null),
            row(
                Kind.REMOVED_IN_OURS,
                "{\"id\":3}",
                null,
                "{\"id\":3,\"a\":\"z\",\"b\":null}",
                null,
                "{\"id\":3,\"a\":\"z\",\"b\":31}"));
  }

  private static RowConflict row(
      Kind kind, String key, String column, String base, String ours, String theirs) {
    return new RowConflict(
        kind,
        Optional.of(key),
        Optional.ofNullable(column),
        Optional.ofNullable(base),
        Optional.ofNullable(ours),
        Optional.ofNullable(theirs));
  }

  @Test
  void rowsAddedOnBothSidesConflictOnlyInTheCellsThatDiffer() {
    keyed("id,a,b\n1,x,10\n");
    append(EXP, "id,a,b\n2,same,1\n3,y,2\n");
    append(MAIN, "id,a,b\n2,same,1\n3,y,\n");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(row(Kind.ADDED_ON_BOTH_SIDES, "{\"id\":3}", "b", null, "null", "2"));
  }

  @Test
  void longNumbersAreToldInFull() {
    ingest(T, MAIN, "id\n1\n", List.of("id"));
    Table table = lake.lake().tables().open(on(MAIN), T);
    table.updateSchema().addColumn("n", Types.DecimalType.of(30, 2)).commit();
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("n", "'12345678901234567890.01'::DECIMAL(30, 2)"), "true");
    edits.delete(on(MAIN), T, "true");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(
            row(
                Kind.REMOVED_IN_OURS,
                "{\"id\":1}",
                null,
                "{\"id\":1,\"n\":null}",
                null,
                "{\"id\":1,\"n\":12345678901234567890.01}"));
  }

  @Test
  void equalChangesOnBothSidesAreOne() {
    keyed("id,a\n1,x\n2,y\n3,z\n");
    for (RefName branch : List.of(EXP, MAIN)) {
      edits.update(on(branch), T, Map.of("a", "'new'"), "id = 1");
      edits.delete(on(branch), T, "id = 2");
      append(branch, "id,a\n4,four\n");
    }

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|new", "3|z", "4|four");
    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.UP_TO_DATE);
  }

  @Test
  void aRewriteOfFilesNeitherConflictsNorUndoesChanges() {
    for (RefName rewriting : List.of(MAIN, EXP)) {
      TableName table = TableName.parse("rewritten_" + rewriting);
      RefName changing = rewriting.equals(MAIN) ? EXP : MAIN;
      RefName branch = RefName.parse("of-" + rewriting);
      ingest(table, MAIN, "id,a\n1,x\n2,y\n3,z\n", List.of("id"));
      lake.lake().branch(branch);
      RefName changed = changing.equals(EXP) ? branch : MAIN;
      RefName rewritten = changing.equals(EXP) ? MAIN : branch;
      edits.update(on(rewritten), table, Map.of("a", "a"), "true");
      edits.update(on(changed), table, Map.of("a", "'new'"), "id = 1");

      MergeReport report =
          merges.merge(
              on(MAIN), Revision.of(branch), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());

      assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
      assertThat(rows(table, MAIN)).containsExactly("1|new", "2|y", "3|z");
    }
  }

  @Test
  void columnsOfBothSidesMeetInOneRow() {
    keyed("id,a,b\n1,x,10\n2,y,20\n");
    edits.alter(on(EXP), T, List.of(new Alteration.RenameColumn("a", "name")));
    edits.alter(on(EXP), T, List.of(addColumn("e", "string")));
    edits.update(on(EXP), T, Map.of("name", "'theirs'", "e", "'e'"), "id = 1");
    edits.alter(on(MAIN), T, List.of(addColumn("o", "int")));
    edits.update(on(MAIN), T, Map.of("b", "b + 1", "o", "5"), "id = 1");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|theirs|11|5|e", "2|y|20|null|null");
  }

  @Test
  void rowsOfTheOtherSideMeetANewlyRequiredColumnIfTheyHaveIt() {
    keyed("id,a\n1,x\n");
    lake.lake().open(MAIN, T).updateSchema().allowIncompatibleChanges().requireColumn("a").commit();
    append(EXP, "id,a\n2,y\n");
    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|x", "2|y");

    append(EXP, "id,a\n3,\n4,z\n");
    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);

    assertThat(conflict.code()).isEqualTo("rows-may-not-fit");
    assertThat(conflict.message())
        .contains("column 'a' is now required, and 1 row that theirs added or kept has no value");
  }

  /** Iceberg would not find them by null in a required column, and they would be there again. */
  @Test
  void rowsThatWereDeletedForLackOfAValueDoNotMeetANewlyRequiredColumn() {
    keyed("id,a\n1,x\n");
    lake.lake().open(MAIN, T).updateSchema().allowIncompatibleChanges().requireColumn("a").commit();
    append(EXP, "id,a\n2,\n3,z\n");
    LakeFixture.deleteByNull(lake.lake().open(EXP, T), "a");

    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);

    assertThat(conflict.code()).isEqualTo("rows-may-not-fit");
    assertThat(conflict.message())
        .contains("column 'a' is now required, and equality deletes of theirs may delete rows");
  }

  /** Its fields may have none as before, and so are found by null. */
  @Test
  void rowsThatWereDeletedForLackOfAFieldMeetAStructThatIsNewlyRequired() {
    ingest(T, MAIN, "id,a\n1,x\n", List.of("id"));
    Types.StructType struct =
        Types.StructType.of(Types.NestedField.optional(1, "x", Types.IntegerType.get()));
    lake.lake().open(MAIN, T).updateSchema().addColumn("s", struct).commit();
    edits.update(on(MAIN), T, Map.of("s", "{'x': NULL}"), "true");
    lake.lake().branch(EXP);
    lake.lake().open(MAIN, T).updateSchema().allowIncompatibleChanges().requireColumn("s").commit();
    LakeFixture.deleteByNull(lake.lake().open(EXP, T), "s.x");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).hasSize(1).first().asString().startsWith("1|x|");
  }

  @Test
  void rowsOfTheOtherSideMeetANewKeyIfItTellsThemApart() {
    ingest(T, MAIN, "id,a\n1,x\n2,y\n", List.of());
    lake.lake().branch(EXP);
    lake.lake()
        .open(MAIN, T)
        .updateSchema()
        .allowIncompatibleChanges()
        .requireColumn("id")
        .setIdentifierFields("id")
        .commit();
    append(EXP, "id,a\n3,z\n");
    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    append(EXP, "id,a\n2,again\n");
    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);

    assertThat(conflict.code()).isEqualTo("rows-may-not-fit");
    assertThat(conflict.message())
        .contains("the row key is now [id], and 1 key would be on more than one row or missing")
        .contains("{\"id\":2}");
    assertThat(rows(MAIN)).containsExactly("1|x", "2|y", "3|z");
  }

  private static Alteration addColumn(String name, String type) {
    return new Alteration.AddColumn(name, type, Optional.empty(), Optional.empty());
  }

  @Test
  void aSideOrARuleSettlesCells() {
    keyed("id,a,b,c\n1,x,10,1\n2,y,20,2\n");
    edits.update(on(EXP), T, Map.of("a", "'t'", "b", "12", "c", "5"), "id = 1");
    edits.update(on(MAIN), T, Map.of("a", "'o'", "b", "15", "c", "4"), "id = 1");
    edits.delete(on(EXP), T, "id = 2");
    edits.update(on(MAIN), T, Map.of("a", "'kept'"), "id = 2");

    ConflictOptions options =
        new ConflictOptions(
            Side.OURS,
            new TreeMap<>(Map.of("t.a", Side.THEIRS)),
            new TreeMap<>(Map.of("t.b", "greatest(ours.b, theirs.b) + base.c")),
            RowPage.first(10));
    assertThat(merge(options).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|t|16|4", "2|kept|20|2");
  }

  @Test
  void theirsMayWinATable() {
    keyed("id,a\n1,x\n2,y\n3,z\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id < 3");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "id = 1");
    edits.delete(on(MAIN), T, "id = 2");

    ConflictOptions options =
        new ConflictOptions(
            Side.FAIL, new TreeMap<>(Map.of("t", Side.THEIRS)), new TreeMap<>(), RowPage.first(10));
    assertThat(merge(options).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|t", "2|t", "3|z");
  }

  @Test
  void anUpdateInTheMiddleIsUndoneThoughLaterOnesTouchedItsFiles() {
    keyed("id,a,b\n1,x,10\n2,y,20\n3,z,30\n");
    edits.update(on(MAIN), T, Map.of("a", "'bad'"), "id <= 2");
    ObjectId bad = lake.lake().head(MAIN);
    edits.update(on(MAIN), T, Map.of("b", "11"), "id = 1");
    append(MAIN, "id,a,b\n4,w,40\n");

    MergeReport report =
        merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty());

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|x|11", "2|y|20", "3|z|30", "4|w|40");
  }

  @Test
  void aRevertOfRowsThatWereChangedAgainSaysWhich() {
    keyed("id,a\n1,x\n2,y\n");
    append(MAIN, "id,a\n3,bad\n4,bad\n");
    ObjectId bad = lake.lake().head(MAIN);
    edits.update(on(MAIN), T, Map.of("a", "'better'"), "id = 3");

    MergeReport report =
        merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty());

    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(
            row(
                Kind.REMOVED_IN_THEIRS,
                "{\"id\":3}",
                null,
                "{\"id\":3,\"a\":\"bad\"}",
                "{\"id\":3,\"a\":\"better\"}",
                null));
    ConflictOptions ours =
        new ConflictOptions(Side.OURS, new TreeMap<>(), new TreeMap<>(), RowPage.first(10));
    merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty(), ours);
    assertThat(rows(MAIN)).containsExactly("1|x", "2|y", "3|better");
  }

  @Test
  void aCherryPickBringsChangesOfRowsOnly() {
    keyed("id,a,b\n1,x,10\n2,y,20\n");
    edits.update(on(EXP), T, Map.of("a", "'no'"), "id = 2");
    edits.update(on(EXP), T, Map.of("b", "b + 1"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'mine'"), "id = 1");

    MergeReport report =
        merges.cherryPick(on(MAIN), Revision.of(EXP), OptionalInt.empty(), Optional.empty());

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|mine|11", "2|y|21");
  }

  @Test
  void aPickedFileThatBothSidesRewroteSinceIsThereOnce() {
    ingest(T, MAIN, "a\nx\n", List.of());
    lake.lake().branch(EXP);
    append(EXP, "a\ny\nz\n");
    merges.cherryPick(on(MAIN), Revision.of(EXP), OptionalInt.empty(), Optional.empty());
    edits.delete(on(EXP), T, "a = 'y'");
    edits.update(on(MAIN), T, Map.of("a", "upper(a)"), "a = 'z'");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("Z", "x");
  }

  @Test
  void rowsWithoutAKeyAreCounted() {
    ingest(T, MAIN, "a\nx\nx\ny\nz\n", List.of());
    lake.lake().branch(EXP);
    edits.delete(on(EXP), T, "a = 'y'");
    append(EXP, "a\nx\n");
    edits.delete(on(MAIN), T, "a = 'z'");
    append(MAIN, "a\nx\n");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("x", "x", "x", "x");
  }

  @Test
  void aTableThatWasGivenAKeyIsMergedByCells() {
    append(MAIN, "id,a,b\n1,x,10\n2,y,20\n");
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of("id"))));
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("b", "99"), "id = 1");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|theirs|99", "2|y|20");
  }

  @Test
  void namesOfKeyColumnsMayHoldDots() {
    append(MAIN, "user.id,a,b\n1,x,10\n2,y,20\n");
    lake.lake().branch(EXP);
    append(EXP, "user.id,a,b\n3,x,10\n");
    // A key that only one side set: the other's rows are checked against it.
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of("user.id"))));
    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);
    merges.merge(on(EXP), Revision.of(MAIN), MergeMode.FAST_FORWARD_ONLY, Optional.empty());

    append(EXP, "user.id,a,b\n4,x,10\n6,x,10\n");
    append(MAIN, "user.id,a,b\n5,x,10\n");
    TableMergeReport added = merge(ConflictOptions.NONE).tables().get(0);
    assertThat(added.level()).isEqualTo(MergeLevel.FILES);
    assertThat(added.rows().orElseThrow().rowsRead()).isEqualTo(3);

    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "\"user.id\" = 1");
    edits.update(on(MAIN), T, Map.of("b", "99"), "\"user.id\" = 1");
    assertThat(merge(ConflictOptions.NONE).tables().get(0).level()).isEqualTo(MergeLevel.ROWS);
    assertThat(rows(MAIN))
        .containsExactly("1|theirs|99", "2|y|20", "3|x|10", "4|x|10", "5|x|10", "6|x|10");
  }

  @Test
  void aRuleForATableSaysWhoWinsARow() {
    keyed("id,a,b,at\n1,x,10,1\n2,y,20,1\n3,z,30,1\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'", "at", "id"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'ours'", "at", "2"), "id < 3");
    edits.update(on(MAIN), T, Map.of("b", "99"), "id > 1");
    edits.update(on(EXP), T, Map.of("at", "5"), "id = 2");

    String later = "CASE WHEN ours.at > theirs.at THEN 'ours' ELSE 'theirs' END -- the later one";
    assertThat(merge(rules("t", later)).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|ours|10|2", "2|theirs|99|5", "3|theirs|99|3");
  }

  @Test
  void aRuleForAColumnGoesBeforeThatOfItsTable() {
    keyed("id,a,b\n1,x,10\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'", "b", "30"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'ours'", "b", "20"), "true");

    assertThat(merge(rules("t", "'ours'", "t.b", "ours.b + theirs.b")).outcome())
        .isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|ours|50");
  }

  @Test
  void aRuleForATableThatNamesNoWinnerIsToldWithTheRow() {
    keyed("id,a\n1,x\n");
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'ours'"), "true");

    assertThatThrownBy(() -> merge(rules("t", "ours.a || '!'")))
        .hasMessage(
            "cannot use the rule 'ours.a || '!'' for 't' in the row {\"id\":1}: it gives neither ours"
                + " nor theirs");
    assertThatThrownBy(() -> merge(rules("t", "ours.nope")))
        .hasMessage(
            "cannot use the rule 'ours.nope' for 't': the merged table has no column 'nope'");
  }

  private static ConflictOptions rules(String... namesAndTexts) {
    TreeMap<String, String> rules = new TreeMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      rules.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return new ConflictOptions(Side.FAIL, new TreeMap<>(), rules, RowPage.first(10));
  }

  @Test
  void aRuleMayGiveAListOfStructs() {
    keyed("id,a\n1,x\n");
    lake.lake()
        .open(MAIN, T)
        .updateSchema()
        .addColumn(
            "l",
            Types.ListType.ofOptional(
                10, Types.StructType.of(Types.NestedField.optional(11, "p", Types.LongType.get()))))
        .commit();
    merges.merge(on(EXP), Revision.of(MAIN), MergeMode.FAST_FORWARD_ONLY, Optional.empty());
    edits.update(on(EXP), T, Map.of("l", "[{'p': 1}]"), "true");
    edits.update(on(MAIN), T, Map.of("l", "[{'p': 2}]"), "true");

    ConflictOptions rule =
        new ConflictOptions(
            Side.FAIL,
            new TreeMap<>(),
            new TreeMap<>(Map.of("t.l", "theirs.l")),
            RowPage.first(10));
    assertThat(merge(rule).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|x|[Record(1)]");
  }

  /** Iceberg finds a file to be replaced by its partition, whose type is another then. */
  @ParameterizedTest
  @CsvSource({
    "false, false, false",
    "true,  false, false",
    "true,  true,  false",
    "true,  false, true",
    "false, true,  true",
    "true,  true,  true",
  })
  void filesOfAPartitionThatWasWidenedAreReplaced(
      boolean keyed, boolean oursWidens, boolean partitionedAnew) {
    ingest(T, MAIN, "id,a\n1,x\n2,y\n3,z\n13,z\n", keyed ? List.of("id") : List.of());
    Table table = lake.lake().tables().open(on(MAIN), T);
    table.updateSchema().addColumn("p", Types.IntegerType.get()).commit();
    table.updateSpec().addField(Expressions.truncate("p", 10)).commit();
    edits.update(on(MAIN), T, Map.of("p", "CAST(id AS INTEGER)"), "true");
    if (partitionedAnew) {
      lake.lake().tables().open(on(MAIN), T).updateSpec().addField("id").commit();
    }
    lake.lake().branch(EXP);
    Table widened = lake.lake().tables().open(on(oursWidens ? MAIN : EXP), T);
    widened.updateSchema().updateColumn("p", Types.LongType.get()).commit();
    edits.update(on(EXP), T, Map.of("a", "'theirs'"), "id IN (1, 13)");
    edits.delete(on(MAIN), T, "id = 2");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("13|theirs|13", "1|theirs|1", "3|z|3");
  }

  /** Files that came since may hold what only the wider type can. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRevertDoesNotNarrowAColumn(boolean partitioned) {
    integers(partitioned);
    widen(MAIN);
    ObjectId widened = lake.lake().head(MAIN);
    append(MAIN, "id,n\n2,3000000000\n");
    edits.delete(on(MAIN), T, "id = 1");

    MergeReport report =
        merges.revert(on(MAIN), Revision.of(widened), OptionalInt.empty(), Optional.empty());

    assertThat(report.conflicts()).isEmpty();
    assertThat(typeOfN()).isEqualTo(Types.LongType.get());
    assertThat(rows(MAIN)).containsExactly("2|3000000000");
  }

  /** The picked rows may have what only the wider type can hold, though another commit widened. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPickedCommitBringsTheTypeThatItsRowsNeed(boolean partitioned) {
    integers(partitioned);
    lake.lake().branch(EXP);
    widen(EXP);
    append(EXP, "id,n\n2,3000000000\n");
    append(MAIN, "id,n\n3,3\n");

    MergeReport report =
        merges.cherryPick(on(MAIN), Revision.of(EXP), OptionalInt.empty(), Optional.empty());

    assertThat(report.conflicts()).isEmpty();
    assertThat(typeOfN()).isEqualTo(Types.LongType.get());
    assertThat(rows(MAIN)).containsExactly("1|1", "2|3000000000", "3|3");
  }

  private void integers(boolean partitioned) {
    ingest(T, MAIN, "id\n", List.of());
    Table table = lake.lake().tables().open(on(MAIN), T);
    table.updateSchema().addColumn("n", Types.IntegerType.get()).commit();
    if (partitioned) {
      table.updateSpec().addField(Expressions.bucket("n", 4)).addField("n").commit();
    }
    append(MAIN, "id,n\n1,1\n");
  }

  private void widen(RefName branch) {
    Table table = lake.lake().tables().open(on(branch), T);
    table.updateSchema().updateColumn("n", Types.LongType.get()).commit();
  }

  private Type typeOfN() {
    return lake.lake().tables().open(on(MAIN), T).schema().findType("n");
  }

  @Test
  void aRowWithoutKeyRemovedOnBothSidesWithAdditionsIsAConflict() {
    ingest(T, MAIN, "a\nx\ny\n", List.of());
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'t'"), "a = 'x'");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "a = 'x'");

    assertThat(merge(ConflictOptions.NONE).conflicts().get(0).rows().orElseThrow().page())
        .containsExactly(
            new RowConflict(
                Kind.REMOVED_ON_BOTH_SIDES,
                Optional.empty(),
                Optional.empty(),
                Optional.of("{\"a\":\"x\"}"),
                Optional.empty(),
                Optional.empty()));

    ConflictOptions theirs =
        new ConflictOptions(Side.THEIRS, new TreeMap<>(), new TreeMap<>(), RowPage.first(10));
    assertThat(merge(theirs).outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("t", "y");
  }

  @Test
  void aConflictWithoutAKeySaysThatASideIsTakenAsAWhole() {
    ingest(T, MAIN, "a\nx\ny\n", List.of());
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'t'"), "a = 'x'");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "a = 'x'");
    append(MAIN, "a\np\np\n");

    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);

    assertThat(conflict.code()).isEqualTo("rows-conflict");
    assertThat(conflict.message())
        .isEqualTo(
            "both sides removed 1 row of 't' and rows were added; without a row key (in base, too)"
                + " it cannot be told what became of it: ours has 3 rows added and 1 removed; theirs"
                + " 1 row added and 1 removed; so a side's rows are taken as a whole: 'theirs'"
                + " discards all that ours did, and 'ours' all that theirs did");
    assertThat(conflict.hint())
        .contains("--strategy t=ours", "--strategy t=theirs", "varve table set-key")
        .doesNotContain("t.COLUMN", "--rule");
    assertThat(conflict.details())
        .containsEntry("ours-rows", "3 rows added and 1 removed")
        .containsEntry("theirs-rows", "1 row added and 1 removed");
  }

  /** Base has none, so that its rows cannot be told apart. */
  @Test
  void aKeyThatBothSidesSetAfterwardsDoesNotTellRowsApart() {
    ingest(T, MAIN, "id,a\n1,x\n2,y\n", List.of("id"));
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of())));
    lake.lake().branch(EXP);
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "id = 1");
    edits.alter(on(EXP), T, List.of(new Alteration.SetKey(List.of("id"))));
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of("id"))));

    assertThat(merge(ConflictOptions.NONE).conflicts().get(0).message())
        .contains("without a row key (in base, too)");
  }

  @Test
  void keysThatDoNotTellRowsApartAreReported() {
    keyed("id,a\n1,x\n2,y\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id = 1");
    appendAgain(EXP, 1);
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "id = 2");

    assertThat(merge(ConflictOptions.NONE).conflicts())
        .singleElement()
        .satisfies(
            conflict -> {
              assertThat(conflict.code()).isEqualTo("row-keys-unclear");
              assertThat(conflict.message()).contains("{\"id\":1}").contains("in theirs");
            });
  }

  /** Its other row is in a file that this side left alone, and the other side rewrote. */
  @ParameterizedTest
  @CsvSource({"theirs, 1", "theirs, 2", "ours, 1"})
  void aKeyIsUnclearIfASideOnlyAppendedItAgain(String side, int updated) {
    keyed("id,a\n1,x\n2,y\n");
    appendAgain(side.equals("theirs") ? EXP : MAIN, 1);
    edits.update(
        on(side.equals("theirs") ? MAIN : EXP), T, Map.of("a", "'new'"), "id = " + updated);

    assertThat(merge(ConflictOptions.NONE).conflicts())
        .singleElement()
        .satisfies(
            conflict -> {
              assertThat(conflict.code()).isEqualTo("row-keys-unclear");
              assertThat(conflict.message()).contains("{\"id\":1}").contains("in " + side);
            });
  }

  @Test
  void aKeyThatOursHasTwiceIsNoMatterWhereTheirsChangedOtherRows() {
    keyed("id,a\n1,x\n2,y\n");
    appendAgain(MAIN, 1);
    edits.update(on(EXP), T, Map.of("a", "'new'"), "id = 2");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|null", "1|x", "2|new");
  }

  /** A row without values beside its key, which the branch may have already. */
  private void appendAgain(RefName branch, long id) {
    Table table = lake.lake().open(branch, T);
    GenericRecord again = GenericRecord.create(table.schema());
    again.setField("id", id);
    table.newAppend().appendFile(LakeFixture.file(table, List.of(again))).commit();
  }

  @Test
  void keysAreUnclearWhereverTheyLieAndHoweverFarApart() {
    for (String ids : List.of("1 2 3", "-9000000000000000000 2 9000000000000000000")) {
      String[] id = ids.split(" ");
      TableName table = TableName.parse("keys_" + id[2]);
      RefName branch = RefName.parse("of-" + table);
      ingest(table, MAIN, "id,a\n%s,x\n%s,y\n%s,z\n".formatted((Object[]) id), List.of("id"));
      lake.lake().branch(branch);
      edits.update(on(branch), table, Map.of("a", "'t'"), "id = " + id[1]);
      edits.update(on(MAIN), table, Map.of("a", "a"), "true");
      Table ours = lake.lake().open(MAIN, table);
      GenericRecord again = GenericRecord.create(ours.schema());
      again.setField("id", Long.parseLong(id[1]));
      ours.newAppend().appendFile(LakeFixture.file(ours, List.of(again))).commit();

      MergeReport report =
          merges.merge(
              on(MAIN), Revision.of(branch), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());

      assertThat(report.conflicts().get(0).code()).isEqualTo("row-keys-unclear");
      assertThat(report.conflicts().get(0).message())
          .contains("{\"id\":" + id[1] + "}")
          .contains("in ours");
    }
  }

  @Test
  void onlyTheFilesThatDifferAreReadAndWritten() throws Exception {
    keyed("id,a,b\n" + lines(0));
    for (int file = 1; file < 20; file++) {
      append(MAIN, "id,a,b\n" + lines(file));
    }
    RefName branch = RefName.parse("wide");
    lake.lake().branch(branch);
    Set<Path> shared = files();
    edits.update(on(branch), T, Map.of("a", "'t'"), "id IN (1, 11)");
    edits.update(on(MAIN), T, Map.of("b", "7"), "id IN (1, 11)");
    // What is alike on all sides may be unreadable.
    List<Path> hidden = new ArrayList<>();
    LoadedTable base = lake.lake().find(MAIN, T).orElseThrow();
    for (var file : TableRelation.of(base.metadata(), base.io()).files()) {
      Path path = Path.of(URI.create(file.file().location()));
      if (shared.contains(path)) {
        Files.move(path, path.resolveSibling(path.getFileName() + ".hidden"));
        hidden.add(path);
      }
    }

    MergeReport report =
        merges.merge(
            on(MAIN), Revision.of(branch), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());

    for (Path path : hidden) {
      Files.move(path.resolveSibling(path.getFileName() + ".hidden"), path);
    }
    assertThat(hidden).hasSize(18);
    TableMergeReport table = report.tables().get(0);
    assertThat(table.rows().orElseThrow().baseFiles()).isEqualTo(2);
    assertThat(table.rows().orElseThrow().filesRewritten()).isLessThanOrEqualTo(2);
    assertThat(rows(MAIN)).hasSize(200).contains("1|t|7", "11|t|7", "2|v2|2");
  }

  private static String lines(int file) {
    return IntStream.range(file * 10, file * 10 + 10)
        .mapToObj(id -> id + ",v" + id + "," + id)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void aDryRunSaysWhatIsDoneAndLeavesNoFile() throws Exception {
    keyed("id,a,b\n1,x,10\n2,y,20\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("b", "11"), "id = 1");
    Set<Path> before = files();

    MergeReport planned =
        merges.planMerge(
            on(MAIN), Revision.of(EXP), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());

    assertThat(files()).isEqualTo(before);
    MergeReport done = merge(ConflictOptions.NONE);
    assertThat(done.tables()).isEqualTo(planned.tables());
  }

  @Test
  void aRuleThatFailsOnARowChangesNothingAndLeavesNoFile() {
    keyed("id,a\n1,x\n2,y\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "true");
    ObjectId head = lake.lake().head(MAIN);
    Set<Path> before = files();

    for (String rule : List.of("error('no: ' || ours.a)", "ours.nothing", "ours.a::INT::VARCHAR")) {
      ConflictOptions options =
          new ConflictOptions(
              Side.FAIL, new TreeMap<>(), new TreeMap<>(Map.of("t.a", rule)), RowPage.first(10));
      assertThatThrownBy(() -> merge(options))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> assertThat(e.code()).as(rule).isEqualTo(ErrorCode.INVALID_SQL));
      if (rule.equals("ours.nothing")) {
        assertThatThrownBy(() -> merge(options))
            .hasMessage(
                "cannot use the rule 'ours.nothing' for 't.a': the merged table has no column"
                    + " 'nothing'");
      }
    }

    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "greatst(ours.b, theirs.b) ! : scalar Function with name greatst does not exist ! greatest",
        "'abc'                     ! : could not convert string 'abc' to INT64          ! b, theirs.b",
        "ours.b, theirs.b          ! : a comma separates it into several                ! such as",
        "(ours.b, theirs.b)        ! : it is a row of values                            ! such as",
        "ours.b +                  ! : it ends too early                                ! such as",
        "[ours.b]                  !  in the row {\"id\":1}: unimplemented type for cast  ! column can",
        "ours.a + theirs.c         ! : the merged table has no column 'c'               ! theirs.a",
        "ours.a                    !  in the row {\"id\":2}: could not convert string 'o' ! column can",
      })
  void aRuleThatFailsIsNamed(String rule, String why, String hint) {
    keyed("id,a,b\n1,7,10\n2,x,20\n3,z,30\n");
    edits.update(on(EXP), T, Map.of("a", "'5'", "b", "b + 1"), "id < 3");
    edits.update(on(MAIN), T, Map.of("a", "CASE id WHEN 1 THEN '6' ELSE 'o' END"), "id < 3");
    edits.update(on(MAIN), T, Map.of("b", "b + 2"), "id < 3");

    refuses(
        Map.of("t.a", Side.OURS),
        Map.of("t.b", rule),
        "cannot use the rule '%s' for 't.b'%s%s"
            .formatted(rule, why.startsWith(":") ? "" : " ", why),
        hint);
  }

  @Test
  void whatCanNeverSettleAColumnIsRefused() {
    keyed("id,a\n1,x\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "true");
    edits.update(on(MAIN), T, Map.of("a", "'o'"), "true");
    String key =
        "cannot settle 't.id': it is a column of the row key of 't', which never conflicts";
    refuses(Map.of(), Map.of("t.id", "ours.id"), key, "name another column");
    refuses(Map.of("t.id", Side.OURS), Map.of(), key, "name another column");
    refuses(
        Map.of("t.a", Side.OURS),
        Map.of("t.A", "theirs.a"),
        "cannot settle 't.A' twice: by the strategy 'ours' and by the rule 'theirs.a'",
        "one strategy or one rule");
    refuses(
        Map.of("t.a", Side.OURS, "t.A", Side.THEIRS),
        Map.of(),
        "cannot settle 't.a' twice: by the strategy 'theirs' and by the strategy 'ours'",
        "one strategy or one rule");
  }

  @Test
  void aColumnOfATableWithoutAKeyIsSettledWithItsTable() {
    lake.append("id,a\n1,x\n");
    lake.lake().branch(EXP);
    edits.delete(on(EXP), T, "true");
    refuses(
        Map.of("t.a", Side.OURS),
        Map.of(),
        "cannot settle 't.a': 't' has no row key, so that its rows conflict as a whole",
        "t=ours or t=theirs");
  }

  private void refuses(
      Map<String, Side> strategies, Map<String, String> rules, String message, String hint) {
    ObjectId head = lake.lake().head(MAIN);
    ConflictOptions options =
        new ConflictOptions(
            Side.FAIL, new TreeMap<>(strategies), new TreeMap<>(rules), RowPage.first(10));
    assertThatThrownBy(() -> merge(options))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e).hasMessageStartingWith(message);
              assertThat(e.getMessage()).doesNotContain("__varve", "LINE");
              assertThat(e.hint().orElseThrow()).contains(hint).doesNotContain("__varve");
            });
    assertThat(lake.lake().head(MAIN)).isEqualTo(head);
  }

  @Test
  void aRuleIsAnExpressionAndNothingElse() {
    keyed("id,a\n1,x\n");
    for (String rule : List.of("a", "(SELECT 1)", "ours.a) FROM x --")) {
      ConflictOptions options =
          new ConflictOptions(
              Side.FAIL, new TreeMap<>(), new TreeMap<>(Map.of("t.a", rule)), RowPage.first(10));
      assertThatThrownBy(() -> merge(options)).as(rule).isInstanceOf(VarveException.class);
    }
  }

  @Test
  void aMergeThatIsOvertakenIsComputedAgainAndLeavesOnlyItsOwnFiles() {
    keyed("id,a,b\n1,x,10\n2,y,20\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("b", "11"), "id = 1");
    MergeRequest request =
        new MergeRequest(
            MAIN,
            lake.lake().head(EXP),
            MergeMode.FAST_FORWARD_OR_MERGE,
            CommitDetails.of("merge", LakeFixture.ADA),
            Optional.empty());
    TableMerge merger =
        new TableMerge(
            MergeVerb.MERGE,
            lake.lake().tables(),
            lake::duck,
            RowResolution.of(ConflictOptions.NONE, lake.lake().tables(), lake::duck, List.of()));
    Set<Path> start = files();
    lake.lake().repository().planMerge(request, merger);
    Set<Path> attempt = files();
    attempt.removeAll(start);
    edits.update(on(MAIN), T, Map.of("b", "21"), "id = 2");

    merger.files().publish();
    MergeResult result = lake.lake().repository().merge(request, merger);
    merger
        .files()
        .keepDataOf(
            result.plan().keys().stream()
                .flatMap(key -> key.after().stream())
                .map(Content::value)
                .collect(Collectors.toSet()));

    assertThat(rows(MAIN)).containsExactly("1|t|11", "2|y|21");
    assertThat(attempt).isNotEmpty();
    assertThat(files()).doesNotContainAnyElementsOf(attempt);
  }

  @Test
  void tablesAreMergedInOneCommitOrNone() {
    TableName other = TableName.parse("other");
    ingest(other, MAIN, "id,a\n1,x\n", List.of("id"));
    keyed("id,a,b\n1,x,10\n");
    edits.update(on(EXP), T, Map.of("a", "'t'"), "true");
    edits.update(on(MAIN), T, Map.of("b", "11"), "true");
    edits.update(on(EXP), other, Map.of("a", "'t'"), "true");
    edits.update(on(MAIN), other, Map.of("a", "'o'"), "true");
    Set<Path> before = files();

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(report.conflicts()).extracting(MergeConflict::subject).containsExactly("other");
    assertThat(files()).isEqualTo(before);
    assertThat(rows(MAIN)).containsExactly("1|x|11");
  }

  private void keyed(String csv) {
    ingest(T, MAIN, csv, List.of("id"));
    lake.lake().branch(EXP);
  }

  private void ingest(TableName table, RefName branch, String csv, List<String> key) {
    lake.ingest()
        .ingest(
            new IngestRequest(
                table,
                source(csv),
                Optional.empty(),
                IngestMode.APPEND,
                new NewTable(key, List.of(), List.of()),
                on(branch)),
            ProgressListener.NONE);
  }

  private void append(RefName branch, String csv) {
    lake.ingest().ingest(IngestRequest.append(T, source(csv), on(branch)), ProgressListener.NONE);
  }

  private static IngestSource source(String csv) {
    return IngestSource.of(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)));
  }

  private MergeReport merge(ConflictOptions options) {
    return merges.merge(
        on(MAIN), Revision.of(EXP), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty(), options);
  }

  private List<String> rows(RefName branch) {
    return rows(T, branch);
  }

  private List<String> rows(TableName name, RefName branch) {
    return lake.rows(lake.lake().find(branch, name).orElseThrow());
  }

  private Set<Path> files() {
    return new TreeSet<>(lake.files());
  }
}
