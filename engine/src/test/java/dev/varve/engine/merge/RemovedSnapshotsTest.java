package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.MemoryOperations;
import dev.varve.engine.table.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Merges of tables from which a client has removed snapshots, as engines do to expire them. */
class RemovedSnapshotsTest extends TwoBranches {
  @ParameterizedTest
  @ValueSource(strings = {"main", "exp"})
  void aPickedFileThatOneSideRewroteIsThereOnce(String rewriting) {
    ingest(T, MAIN, "a\nx\n", List.of());
    lake.lake().branch(EXP);
    pickRows("a\ny\nz\n");
    RefName side = RefName.parse(rewriting);
    edits.delete(on(side), T, "a = 'y'");
    removeAllButTheCurrent(side);

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("x", "z");
  }

  @Test
  void aPickedFileThatBothSidesRewroteIsThereOnce() {
    ingest(T, MAIN, "a\nx\n", List.of());
    lake.lake().branch(EXP);
    pickRows("a\ny\nz\n");
    edits.delete(on(EXP), T, "a = 'y'");
    edits.update(on(MAIN), T, Map.of("a", "upper(a)"), "a = 'z'");
    for (RefName side : List.of(MAIN, EXP)) {
      append(side, "a\n" + side + "\n");
      removeAllButTheCurrent(side);
      append(side, "a\n" + side + "2\n");
      removeAllButTheCurrent(side);
    }

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("Z", "exp", "exp2", "main", "main2", "x");
  }

  @Test
  void aRowThatOneSideDeletedFromAPickedFileStaysAway() {
    keyed("id,a\n1,x\n");
    pickRows("id,a\n2,y\n3,z\n");
    edits.delete(on(MAIN), T, "id = 2");
    edits.update(on(EXP), T, Map.of("a", "'new'"), "id = 3");
    removeAllButTheCurrent(MAIN);
    removeAllButTheCurrent(EXP);

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|x", "3|new");
  }

  @Test
  void snapshotsAreFoundUnderTheNameThatTheTableHad() {
    keyed("id,a\n1,x\n");
    pickRows("id,a\n2,y\n3,z\n");
    edits.delete(on(MAIN), T, "id = 2");
    removeAllButTheCurrent(MAIN);
    TableName renamed = TableName.parse("renamed");
    lake.lake().tables().rename(on(MAIN), T, renamed);

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(renamed, MAIN)).containsExactly("1|x", "3|z");
  }

  @Test
  void branchesThatBothRemoveTheirSnapshotsMergeAgainAndAgain() {
    ingest(T, MAIN, "a\nx\n", List.of());
    append(MAIN, "a\ny\n");
    removeAllButTheCurrent(MAIN);
    lake.lake().branch(EXP);
    for (int round = 0; round < 3; round++) {
      for (RefName side : List.of(MAIN, EXP)) {
        append(side, "a\n" + side + round + "\n");
        append(side, "a\n" + side + round + "\n");
        removeAllButTheCurrent(side);
      }
      merges.merge(on(EXP), Revision.of(MAIN), MergeMode.FAST_FORWARD_OR_MERGE, Optional.empty());
    }
    append(MAIN, "a\nz\n");

    assertThat(merge(ConflictOptions.NONE).tables().get(0).level()).isEqualTo(MergeLevel.FILES);

    assertThat(rows(MAIN)).hasSize(15).containsOnlyOnce("x", "y", "z");
  }

  @Test
  void theSpecOfRemovedSnapshotsMayBeGoneToo() {
    ingest(T, MAIN, "a,p\nx,1\n", List.of());
    lake.lake().branch(EXP);
    for (RefName side : List.of(MAIN, EXP)) {
      lake.lake().open(side, T).updateSpec().addField("p").commit();
    }
    pickRows("a,p\ny,2\nz,2\n");
    rewriteInAnotherSpec(MAIN, "a = 'z'");
    append(EXP, "a,p\nnew,3\n");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("Z|2", "new|3", "x|1", "y|2");
  }

  @Test
  void theSpecOfFilesThatBothSidesRewroteMayBeGoneToo() {
    ingest(T, MAIN, "a,p\nx,1\n", List.of());
    lake.lake().branch(EXP);
    for (RefName side : List.of(MAIN, EXP)) {
      lake.lake().open(side, T).updateSpec().addField("p").commit();
    }
    pickRows("a,p\ny,2\nz,2\n");
    rewriteInAnotherSpec(MAIN, "a = 'z'");
    rewriteInAnotherSpec(EXP, "a = 'y'");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("Y|2", "Z|2", "x|1");
  }

  private void rewriteInAnotherSpec(RefName side, String where) {
    lake.lake().open(side, T).updateSpec().removeField("p").commit();
    edits.update(on(side), T, Map.of("a", "upper(a)"), where);
    removeAllButTheCurrent(side);
    removeSpecsOfNoFile(side);
  }

  @Test
  void whatNoCommitEverHeldIsAConflict() {
    ingest(T, MAIN, "a\nx\n", List.of());
    lake.lake().branch(EXP);
    Snapshot unseen = makeTwoSnapshotsInOneCommit();
    append(EXP, "a\nz\n");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    MergeConflict conflict = report.conflicts().get(0);
    assertThat(conflict.code()).isEqualTo("snapshots-removed");
    assertThat(conflict.details())
        .containsEntry("side", "ours")
        .containsEntry("snapshot", Long.toString(unseen.snapshotId()));
    assertThat(conflict.choice().orElseThrow().winners()).contains(Winner.OURS, Winner.THEIRS);
  }

  @Test
  void whatNoCommitEverHeldDoesNotMatterIfTheOtherSideHasNoNewFiles() {
    ingest(T, MAIN, "a\nx\n", List.of());
    lake.lake().branch(EXP);
    makeTwoSnapshotsInOneCommit();
    lake.lake().open(EXP, T).updateProperties().set("p", "1").commit();

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("x");
  }

  /** Rows that main added and exp took over, in the same file. */
  private void pickRows(String csv) {
    append(MAIN, csv);
    merges.cherryPick(on(EXP), Revision.of(MAIN), OptionalInt.empty(), Optional.empty());
  }

  private void removeAllButTheCurrent(RefName branch) {
    TableOperations operations = ((HasTableOperations) lake.lake().open(branch, T)).operations();
    TableMetadata before = operations.current();
    List<Long> removed =
        before.snapshots().stream()
            .map(Snapshot::snapshotId)
            .filter(id -> id != before.currentSnapshot().snapshotId())
            .toList();
    assertThat(removed).isNotEmpty();
    operations.commit(before, TableMetadata.buildFrom(before).removeSnapshots(removed).build());
  }

  private void removeSpecsOfNoFile(RefName branch) {
    TableOperations operations = ((HasTableOperations) lake.lake().open(branch, T)).operations();
    TableMetadata before = operations.current();
    Set<Integer> removed = new HashSet<>(before.specsById().keySet());
    before.currentSnapshot().allManifests(lake.lake().warehouse().io()).stream()
        .filter(manifest -> manifest.hasAddedFiles() || manifest.hasExistingFiles())
        .forEach(manifest -> removed.remove(manifest.partitionSpecId()));
    removed.remove(before.defaultSpecId());
    assertThat(removed).isNotEmpty();
    TableMetadata.Builder after = TableMetadata.buildFrom(before);
    new MetadataUpdate.RemovePartitionSpecs(removed).applyTo(after);
    operations.commit(before, after.build());
  }

  /** Gives back the first of the two, which was removed before it was committed. */
  private Snapshot makeTwoSnapshotsInOneCommit() {
    Table table = lake.lake().open(MAIN, T);
    TableOperations operations = ((HasTableOperations) table).operations();
    TableMetadata before = operations.current();
    MemoryOperations memory = new MemoryOperations(before, table.io());
    new BaseTable(memory, "t").newFastAppend().commit();
    Snapshot first = memory.current().currentSnapshot();
    new BaseTable(memory, "t").newFastAppend().commit();
    operations.commit(
        before,
        TableMetadata.buildFrom(memory.current())
            .removeSnapshots(List.of(first.snapshotId()))
            .build());
    return first;
  }
}
