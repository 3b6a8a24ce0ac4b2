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
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.RowConflict;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.TableName;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Both branches changed rows of the same files. */
class RowMergesTest extends TwoBranches {
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

  private static Alteration addColumn(String name, String type) {
    return new Alteration.AddColumn(name, type, Optional.empty(), Optional.empty());
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
        .committed(
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

  /** DuckDB finds them by the names that files have, of which the merged schema does not tell. */
  @Test
  void fieldsThatTheOtherSideRenamedAfterItWroteThemAreStillRead() {
    keyed("id,a\n1,x\n");
    Types.StructType point =
        Types.StructType.of(Types.NestedField.optional(1, "x", Types.IntegerType.get()));
    lake.lake().open(EXP, T).updateSchema().addColumn("p", point).commit();
    append(EXP, "id,a\n2,y\n");
    edits.update(on(EXP), T, Map.of("p", "{'x': 7}"), "id = 2");
    lake.lake().open(EXP, T).updateSchema().renameColumn("p.x", "lon").commit();
    lake.lake().open(EXP, T).updateSchema().addColumn("p", "lat", Types.LongType.get()).commit();
    append(MAIN, "id,a\n3,z\n");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(sql("SELECT id, p.lon FROM t WHERE p IS NOT NULL")).containsExactly("2|7");
    assertThat(sql("SELECT p.lat FROM t WHERE id = 2")).containsExactly("null");
  }

  /** In the end theirs has the schema of base again. */
  @Test
  void fieldsThatHadAnotherNameForAWhileAreStillRead() {
    ingest(T, MAIN, "id,a\n1,x\n", List.of("id"));
    Types.StructType point =
        Types.StructType.of(Types.NestedField.optional(1, "x", Types.IntegerType.get()));
    lake.lake().open(MAIN, T).updateSchema().addColumn("p", point).commit();
    lake.lake().branch(EXP);
    lake.lake().open(EXP, T).updateSchema().renameColumn("p.x", "lon").commit();
    append(EXP, "id,a\n2,y\n");
    edits.update(on(EXP), T, Map.of("p", "{'lon': 7}"), "id = 2");
    lake.lake().open(EXP, T).updateSchema().renameColumn("p.lon", "x").commit();
    append(MAIN, "id,a\n3,z\n");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(sql("SELECT id, p.x FROM t WHERE p IS NOT NULL")).containsExactly("2|7");
  }

  /** Rows of main by Varve's own SQL. */
  private List<String> sql(String query) {
    LoadedTable table = lake.lake().find(MAIN, T).orElseThrow();
    try (DuckSession session = lake.duck().trusted()) {
      TableRelation.of(table.metadata(), table.io()).register(session, "t");
      return session.query(
          query,
          rows -> {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
              List<String> cells = new ArrayList<>();
              for (int at = 1; at <= rows.getMetaData().getColumnCount(); at++) {
                cells.add(String.valueOf(rows.getString(at)));
              }
              texts.add(String.join("|", cells));
            }
            return texts;
          });
    }
  }
}
