package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.ref.RefName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Merges of tables whose base lists a snapshot that it is not made of, as after a rollback or
 * before a staged write is published.
 */
class RolledBackSnapshotsTest extends TwoBranches {
  @Test
  void aRowThatOneSideDeletedFromWhatBothMadeCurrentStaysAway() {
    bothSidesMakeCurrentWhatWasRolledBack();
    edits.delete(on(MAIN), T, "a = 'y'");
    append(EXP, "a\nnew\n");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("new", "x", "z");
  }

  @Test
  void rowsThatBothSidesChangedOfWhatBothMadeCurrentAreThereOnce() {
    bothSidesMakeCurrentWhatWasRolledBack();
    edits.delete(on(MAIN), T, "a = 'y'");
    edits.update(on(EXP), T, Map.of("a", "upper(a)"), "a = 'z'");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("Z", "x");
  }

  private void bothSidesMakeCurrentWhatWasRolledBack() {
    ingest(T, MAIN, "a\nx\n", List.of());
    long first = current(MAIN);
    append(MAIN, "a\ny\nz\n");
    long second = current(MAIN);
    lake.lake().open(MAIN, T).manageSnapshots().rollbackTo(first).commit();
    lake.lake().branch(EXP);
    for (RefName side : List.of(MAIN, EXP)) {
      lake.lake().open(side, T).manageSnapshots().setCurrentSnapshot(second).commit();
    }
  }

  private long current(RefName branch) {
    return lake.lake().open(branch, T).currentSnapshot().snapshotId();
  }
}
