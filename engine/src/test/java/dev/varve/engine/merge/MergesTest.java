package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergeRequest;
import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.diff.ChangeKind;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.diff.FileCounts;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.WriteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergesTest {
  @TempDir Path directory;
  private LakeFixture lake;
  private Duck duck;
  private Merges merges;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    lake.tables().namespaces().create(on(MAIN), NamespaceName.parse("sales"), Map.of());
    merges = new Merges(lake.tables(), new Diffs(lake.tables(), () -> duck), () -> duck);
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Test
  void aBranchThatOnlyTheOtherWentAheadOfIsFastForwarded() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.append(EXP, table, 1, 2);

    MergeReport report = merge();

    assertThat(report.outcome()).isEqualTo(MergeOutcome.FAST_FORWARD);
    assertThat(report.head().map(Commit::id)).contains(lake.head(EXP));
    assertThat(lake.head(MAIN)).isEqualTo(lake.head(EXP));
    TableMergeReport merged = report.tables().get(0);
    assertThat(merged.level()).isEqualTo(MergeLevel.POINTER);
    assertThat(merged.added().rows()).isEqualTo(2);
  }

  @Test
  void appendsOnBothSidesAreCombinedWithoutNewDataFiles() throws IOException {
    TableName table = lake.create("sales.orders");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2, 3);
    lake.append(EXP, table, 4);
    lake.append(MAIN, table, 5);
    LoadedTable ours = lake.tables().load(lake.head(MAIN), table);
    Set<Path> before = files(".parquet");

    MergeReport report = merge();

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(files(".parquet")).isEqualTo(before);
    TableMergeReport merged = report.tables().get(0);
    assertThat(merged.level()).isEqualTo(MergeLevel.FILES);
    assertThat(merged.action()).isEqualTo(ChangeKind.CHANGED);
    assertThat(merged.added().files()).isEqualTo(2);
    assertThat(merged.added().rows()).isEqualTo(3);
    assertThat(merged.removed()).isEqualTo(FileCounts.NONE);
    Commit commit = report.head().orElseThrow();
    assertThat(commit.parents()).hasSize(2);
    assertThat(commit.message()).isEqualTo("merge exp into main");
    LoadedTable now = lake.tables().load(lake.head(MAIN), table);
    assertThat(now.metadata().currentSnapshot().parentId())
        .isEqualTo(ours.metadata().currentSnapshot().snapshotId());
  }

  @Test
  void timeTravelAfterAMergeSeesOurStatesAndNoOthers() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2);
    lake.append(MAIN, table, 3);
    Snapshot ours = lake.open(MAIN, table).currentSnapshot();
    Snapshot theirs = lake.open(EXP, table).currentSnapshot();

    merge();

    Table merged = lake.open(MAIN, table);
    assertThat(rows(merged, ours.snapshotId())).isEqualTo(2);
    assertThat(merged.snapshot(theirs.snapshotId())).isNull();
    assertThat(merged.currentSnapshot().summary())
        .containsEntry("varve.merged-snapshot-id", Long.toString(theirs.snapshotId()));
    assertThat(merged.history()).hasSize(3);
  }

  @Test
  void aDryRunReportsWhatTheMergeDoesAndWritesNothing() throws IOException {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.append(EXP, table, 1);
    lake.append(MAIN, table, 2);
    ObjectId head = lake.head(MAIN);
    Set<Path> before = files("");

    MergeReport planned =
        merges.planMerge(on(MAIN), exp(), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());

    assertThat(files("")).isEqualTo(before);
    assertThat(lake.head(MAIN)).isEqualTo(head);
    assertThat(planned.head()).isEmpty();
    MergeReport done = merge();
    assertThat(done.outcome()).isEqualTo(planned.outcome());
    assertThat(done.tables()).isEqualTo(planned.tables());
    assertThat(done.sides()).isEqualTo(planned.sides());
  }

  @Test
  void rowsThatBothSidesRemovedAndReplacedAreAConflictThatChangesNothing() throws IOException {
    TableName table = lake.create("sales.orders");
    lake.append(MAIN, table, 1, 2);
    TableName other = lake.create("other");
    lake.branch(EXP);
    overwrite(EXP, table, 1, 3);
    lake.append(EXP, other, 7);
    overwrite(MAIN, table, 1, 4);
    lake.append(MAIN, other, 8);
    ObjectId head = lake.head(MAIN);
    Set<Path> before = files("");

    MergeReport report = merge();

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(lake.head(MAIN)).isEqualTo(head);
    assertThat(files("")).isEqualTo(before);
    MergeConflict conflict = report.conflicts().get(0);
    assertThat(conflict.subject()).isEqualTo("sales.orders");
    assertThat(conflict.code()).isEqualTo("rows-conflict");
    assertThat(conflict.message())
        .startsWith(
            "both sides removed 1 row of 'sales.orders' and rows were added; without a row key");
    assertThat(conflict.details())
        .containsEntry("ours", "added 1 file with 2 rows, removed 1 file with 2 rows (overwrite)")
        .containsEntry(
            "theirs", "added 1 file with 2 rows, removed 1 file with 2 rows (overwrite)");
    assertThat(conflict.hint()).contains("nothing was changed");
  }

  @Test
  void filesThatOnlyTheirsReplacedAreReplaced() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2);
    lake.branch(EXP);
    overwrite(EXP, table, 1, 3);
    lake.append(MAIN, table, 9);

    merge();

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 3L, 9L);
  }

  @Test
  void columnsAddedOnBothSidesAreBothThere() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.open(EXP, table).updateSchema().addColumn("x", Types.LongType.get()).commit();
    lake.append(EXP, table, 2);
    lake.open(MAIN, table).updateSchema().addColumn("y", Types.LongType.get()).commit();
    lake.append(MAIN, table, 3);

    MergeReport report = merge();

    assertThat(report.conflicts()).isEmpty();
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L);
    Schema schema = lake.open(MAIN, table).schema();
    assertThat(schema.columns()).hasSize(3);
    assertThat(schema.findField("x").fieldId()).isNotEqualTo(schema.findField("y").fieldId());
    lake.open(MAIN, table).updateSchema().addColumn("z", Types.LongType.get()).commit();
    assertThat(lake.open(MAIN, table).schema().findField("z").fieldId()).isEqualTo(4);
  }

  @Test
  void changesOfMetadataNeedNoNewSnapshot() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2);
    lake.open(MAIN, table).updateProperties().set("owner", "ada").commit();

    MergeReport report = merge();

    assertThat(report.tables().get(0).level()).isEqualTo(MergeLevel.METADATA);
    assertThat(lake.open(MAIN, table).currentSnapshot().snapshotId())
        .isEqualTo(lake.open(EXP, table).currentSnapshot().snapshotId());
    assertThat(lake.open(MAIN, table).properties()).containsEntry("owner", "ada");
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L);
  }

  @Test
  void aTableRenamedHereAndChangedThereIsChangedUnderItsNewName() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2);
    TableName renamed = TableName.parse("renamed");
    lake.tables().rename(on(MAIN), table, renamed);

    MergeReport report = merge();

    assertThat(report.conflicts()).isEmpty();
    assertThat(lake.numbers(MAIN, renamed)).containsExactly(1L, 2L);
    assertThat(lake.tables().find(lake.head(MAIN), table)).isEmpty();
  }

  @Test
  void aTableDroppedHereAndChangedThereIsAConflict() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2);
    lake.tables().drop(on(MAIN), table);

    assertThat(merge().conflicts())
        .singleElement()
        .satisfies(
            conflict -> {
              assertThat(conflict.code()).isEqualTo("dropped-and-changed");
              assertThat(conflict.subject()).isEqualTo("t");
              assertThat(conflict.details()).containsEntry("dropped-by", "ours");
            });
  }

  @Test
  void tablesOfOneNameCreatedOnBothSidesAreAConflict() {
    lake.branch(EXP);
    lake.create("t");
    createOn(EXP, TableName.parse("t"));

    assertThat(merge().conflicts())
        .singleElement()
        .satisfies(it -> assertThat(it.code()).isEqualTo("created-on-both-sides"))
        .satisfies(
            it ->
                assertThat(it.hint())
                    .startsWith("strategies choose between rows of one table")
                    .contains("--prepare"));
  }

  @Test
  void revertingAnAppendTakesItsFilesAwayAndKeepsLaterOnes() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.append(MAIN, table, 2, 3);
    ObjectId bad = lake.head(MAIN);
    lake.append(MAIN, table, 4);

    MergeReport report =
        merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty());

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 4L);
    assertThat(report.tables().get(0).removed().rows()).isEqualTo(2);
    Commit commit = report.head().orElseThrow();
    assertThat(commit.message()).isEqualTo("revert \"append 1 file, 2 rows to t\"");
    assertThat(commit.properties()).containsEntry("varve.reverts", bad.hex());
    assertThat(commit.parents()).hasSize(1);
  }

  @Test
  void revertingAnAppendWhoseFilesWereRewrittenIsAConflict() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2);
    ObjectId bad = lake.head(MAIN);
    overwrite(MAIN, table, 1, 9);

    MergeReport report =
        merges.revert(on(MAIN), Revision.of(bad), OptionalInt.empty(), Optional.empty());

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(report.conflicts().get(0).code()).isEqualTo("rows-conflict");
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 9L);
  }

  @Test
  void aCherryPickBringsOneCommitAndTheLaterMergeDoesNotBringItTwice() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2);
    lake.append(EXP, table, 3);
    ObjectId picked = lake.head(EXP);
    lake.append(EXP, table, 4);
    lake.append(MAIN, table, 5);

    MergeReport report =
        merges.cherryPick(on(MAIN), Revision.of(picked), OptionalInt.empty(), Optional.empty());

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 3L, 5L);
    assertThat(report.head().orElseThrow().properties())
        .containsEntry("varve.cherry-picked-from", picked.hex());
    merge();
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(merge().outcome()).isEqualTo(MergeOutcome.UP_TO_DATE);
  }

  @Test
  void aTableThatASquashBroughtIsMergedAgainLater() {
    lake.branch(EXP);
    TableName table = TableName.parse("t");
    createOn(EXP, table);
    lake.append(EXP, table, 1);
    merges.merge(on(MAIN), exp(), MergeMode.SQUASH, Optional.empty());
    lake.append(EXP, table, 2);
    lake.append(MAIN, table, 3);

    MergeReport report = merge();

    assertThat(report.conflicts()).isEmpty();
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void branchesThatMergedOneAnotherMergeAgain() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.append(MAIN, table, 1);
    lake.append(EXP, table, 2);
    ObjectId main = lake.head(MAIN);
    merge();
    merges.merge(on(EXP), Revision.of(main), MergeMode.NO_FAST_FORWARD, Optional.empty());
    lake.append(MAIN, table, 3);
    lake.append(EXP, table, 4);

    MergeReport report = merge();

    assertThat(report.sides().bases()).hasSize(2);
    assertThat(report.conflicts()).isEmpty();
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aMergeIsRevertedToItsFirstParentWithoutLaterCommits() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.append(EXP, table, 1);
    lake.append(MAIN, table, 2);
    ObjectId merged = merge().head().orElseThrow().id();
    lake.append(MAIN, table, 3);

    merges.revert(on(MAIN), Revision.of(merged), OptionalInt.of(1), Optional.empty());

    assertThat(lake.numbers(MAIN, table)).containsExactly(2L, 3L);
  }

  @Test
  void aSquashMakesOneCommitWithOneParent() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.append(EXP, table, 1);
    lake.append(EXP, table, 2);

    MergeReport report = merges.merge(on(MAIN), exp(), MergeMode.SQUASH, Optional.empty());

    assertThat(report.head().orElseThrow().parents()).hasSize(1);
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L);
  }

  @Test
  void rowsWithTheSameKeyAddedAlikeOnBothSidesAreThereOnce() {
    TableName table = keyed("k");
    lake.branch(EXP);
    lake.append(EXP, table, 1, 2, 5);
    lake.append(MAIN, table, 2, 3, 5);

    merge();

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L, 5L);
  }

  @Test
  void rowsWithOtherKeysAreMerged() {
    TableName table = keyed("k");
    lake.branch(EXP);
    lake.append(EXP, table, 1, 3);
    lake.append(MAIN, table, 2, 4);

    merge();

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void rowIdsOfAVersion3TableAreHandedOutOnce() {
    TableName table = TableName.parse("t");
    lake.begin(table, Map.of("format-version", "3")).commitTransaction();
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.append(EXP, table, 2, 3);
    lake.append(MAIN, table, 4);

    merge();

    Set<Long> ids = new TreeSet<>();
    for (RefName branch : List.of(MAIN, EXP)) {
      for (DataFile file : dataFiles(lake.open(branch, table))) {
        ids.add(file.firstRowId());
      }
    }
    // The merged file has new ids on main and keeps its old ones on the branch.
    assertThat(ids).hasSize(4);
    long next = lake.tables().loadHead(EXP, table).metadata().nextRowId();
    assertThat(next).isGreaterThanOrEqualTo(ids.stream().mapToLong(id -> id).max().orElseThrow());
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aMergeMeetsABranchThatMovesMeanwhile() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.append(EXP, table, 1);
    lake.append(MAIN, table, 2);
    lake.append(MAIN, table, 3);
    WriteOptions options = on(MAIN).withMessage("bring it in");

    MergeReport report =
        merges.merge(options, exp(), MergeMode.NO_FAST_FORWARD, Optional.of(lake.head(MAIN)));

    assertThat(report.head().orElseThrow().message()).isEqualTo("bring it in");
    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aColumnRenamedHereAndUsedForLayoutThereIsTheSameColumn() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.open(EXP, table).updateSpec().addField(Expressions.bucket("n", 4)).commit();
    lake.open(EXP, table).replaceSortOrder().asc("n").commit();
    lake.open(MAIN, table).updateSchema().renameColumn("n", "m").commit();

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);

    Table merged = lake.open(MAIN, table);
    assertThat(merged.schema().findColumnName(1)).isEqualTo("m");
    assertThat(merged.spec().fields()).extracting(field -> field.sourceId()).containsExactly(1);
    assertThat(merged.sortOrder().fields())
        .extracting(field -> field.sourceId())
        .containsExactly(1);
  }

  @Test
  void anotherColumnOfTheOldNameDoesNotTakeOverTheLayout() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.open(EXP, table).replaceSortOrder().asc("n").commit();
    lake.open(MAIN, table).updateSchema().renameColumn("n", "m").commit();
    lake.open(MAIN, table).updateSchema().addColumn("n", Types.LongType.get()).commit();

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(lake.open(MAIN, table).sortOrder().fields())
        .extracting(field -> field.sourceId())
        .containsExactly(1);
  }

  @Test
  void aNamespaceCreatedOnBothSidesIsOne() {
    lake.branch(EXP);
    NamespaceName name = NamespaceName.parse("web");
    lake.tables().namespaces().create(on(MAIN), name, Map.of("owner", "ada"));
    lake.tables().namespaces().create(on(EXP), name, Map.of("zone", "eu"));

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(lake.tables().namespaces().load(lake.head(MAIN), name))
        .containsExactly(Map.entry("owner", "ada"), Map.entry("zone", "eu"));

    lake.tables().namespaces().update(on(EXP), name, Map.of("zone", "us"), Set.of());
    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(lake.tables().namespaces().load(lake.head(MAIN), name)).containsEntry("zone", "us");
  }

  @Test
  void rowsThatTheirsAddedAfterAnUpgradeAreTakenWithTheirIds() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.open(EXP, table).updateProperties().set("format-version", "3").commit();
    lake.append(EXP, table, 2);
    lake.open(MAIN, table).updateProperties().set("owner", "ada").commit();

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L);
    assertThat(lake.open(MAIN, table).properties()).containsEntry("owner", "ada");
  }

  /** Who upgrades the table to version 3, and who appends to it then. */
  @ParameterizedTest
  @CsvSource({
    "main exp, ''",
    "main exp, main",
    "main exp, exp",
    "main exp, main exp",
    "main, main",
    "main, exp",
    "main, main exp",
    "exp, main",
    "exp, exp",
    "exp, main exp",
  })
  void anUpgradeIsMergedWhicheverSideMadeIt(String upgrades, String appends) {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    lake.branch(EXP);
    lake.open(MAIN, table).updateProperties().set("owner", "ada").commit();
    lake.open(EXP, table).updateProperties().set("zone", "eu").commit();
    branches(upgrades)
        .forEach(it -> lake.open(it, table).updateProperties().set("format-version", "3").commit());
    Set<Long> rows = new TreeSet<>(Set.of(1L));
    for (RefName branch : branches(appends)) {
      lake.append(branch, table, rows.size() + 1L);
      rows.add(rows.size() + 1L);
    }

    assertThat(merge().outcome()).isEqualTo(MergeOutcome.MERGE);

    LoadedTable merged = lake.tables().loadHead(MAIN, table);
    assertThat(merged.metadata().formatVersion()).isEqualTo(3);
    assertThat(merged.metadata().properties()).containsKeys("owner", "zone");
    assertThat(lake.numbers(MAIN, table)).containsExactlyElementsOf(rows);
    lake.append(MAIN, table, 9);
    assertThat(lake.numbers(MAIN, table)).endsWith(9L).hasSize(rows.size() + 1);
  }

  private static List<RefName> branches(String names) {
    return Stream.of(names.split(" ", -1)).filter(it -> !it.isEmpty()).map(RefName::parse).toList();
  }

  @Test
  void aMergeTakesNewRowIdsWhenAnotherBranchTookThoseItPlanned() {
    TableName table = TableName.parse("t");
    lake.begin(table, Map.of("format-version", "3")).commitTransaction();
    RefName other = RefName.parse("other");
    lake.branch(EXP);
    lake.branch(other);
    lake.append(EXP, table, 1);
    lake.append(MAIN, table, 2);
    MergeRequest request =
        new MergeRequest(
            MAIN,
            lake.head(EXP),
            MergeMode.FAST_FORWARD_OR_MERGE,
            CommitDetails.of("merge", LakeFixture.ADA),
            Optional.empty());
    TableMerge merger =
        new TableMerge(
            MergeVerb.MERGE,
            lake.tables(),
            () -> duck,
            RowResolution.of(ConflictOptions.NONE, lake.tables(), () -> duck, List.of()));
    lake.repository().planMerge(request, merger);
    lake.append(other, table, 3);

    merger.files().publish();
    lake.repository().merge(request, merger);

    assertThat(lake.numbers(MAIN, table)).containsExactly(1L, 2L);
    Set<Long> ids = new TreeSet<>();
    for (RefName branch : List.of(MAIN, EXP, other)) {
      dataFiles(lake.open(branch, table)).forEach(file -> ids.add(file.firstRowId()));
    }
    assertThat(ids).as("ours, theirs, other's, and theirs as merged").hasSize(4);
  }

  private MergeReport merge() {
    return merges.merge(on(MAIN), exp(), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());
  }

  private static Revision exp() {
    return Revision.of(EXP);
  }

  private void createOn(RefName branch, TableName table) {
    lake.tables()
        .create(
            on(branch),
            table,
            LakeFixture.NUMBERS,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of())
        .commitTransaction();
  }

  private TableName keyed(String name) {
    TableName table = TableName.parse(name);
    Schema schema = new Schema(LakeFixture.NUMBERS.columns(), Set.of(1));
    lake.tables()
        .create(
            on(MAIN), table, schema, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of())
        .commitTransaction();
    return table;
  }

  /** Replaces all files of a table by one new file. */
  private void overwrite(RefName branch, TableName name, long... numbers) {
    Table table = lake.open(branch, name);
    var overwrite = table.newOverwrite();
    dataFiles(table).forEach(overwrite::deleteFile);
    overwrite.addFile(LakeFixture.file(table, numbers)).commit();
  }

  private static List<DataFile> dataFiles(Table table) {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      List<DataFile> files = new ArrayList<>();
      tasks.forEach(task -> files.add(task.file()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long rows(Table table, long snapshot) {
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().useSnapshot(snapshot).planFiles()) {
      long rows = 0;
      for (FileScanTask task : tasks) {
        rows += task.file().recordCount();
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Set<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(lake.warehouse().root())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
