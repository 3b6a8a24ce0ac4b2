package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A conflict names the commits that made it. */
class ConflictCommitsTest extends TwoBranches {
  private ObjectId update(RefName branch, String value) {
    edits.update(on(branch), T, Map.of("a", value), "id = 1");
    return lake.lake().head(branch);
  }

  private void touchSomethingElse(RefName branch) {
    ingest(TableName.parse("other"), branch, "n\n1\n", List.of());
  }

  @Test
  void theLastCommitOfEachSideThatChangedTheTableIsNamed() {
    keyed("id,a\n1,x\n2,y\n");
    update(MAIN, "'first'");
    ObjectId ours = update(MAIN, "'ours'");
    touchSomethingElse(MAIN);
    ObjectId theirs = update(EXP, "'theirs'");
    touchSomethingElse(EXP);

    MergeConflict conflict =
        merge(ConflictOptions.NONE).conflicts().stream()
            .filter(it -> it.subject().equals("t"))
            .findFirst()
            .orElseThrow();

    assertThat(conflict.details())
        .containsEntry("ours-commit", ours.hex())
        .containsEntry("theirs-commit", theirs.hex());
  }

  @Test
  void aTableThatIsGoneIsNamedByWhatDroppedIt() {
    keyed("id,a\n1,x\n");
    lake.lake().tables().drop(on(MAIN), T);
    ObjectId ours = lake.lake().head(MAIN);
    touchSomethingElse(MAIN);
    ObjectId theirs = update(EXP, "'theirs'");

    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);

    assertThat(conflict.code()).isEqualTo("dropped-and-changed");
    assertThat(conflict.details())
        .containsEntry("ours-commit", ours.hex())
        .containsEntry("theirs-commit", theirs.hex());
  }

  @Test
  void aRevertNamesTheLaterCommit() {
    keyed("id,a\n1,x\n");
    ObjectId reverted = update(MAIN, "'bad'");
    ObjectId later = update(MAIN, "'later'");

    MergeConflict conflict =
        merges
            .revert(on(MAIN), Revision.of(reverted), OptionalInt.empty(), Optional.empty())
            .conflicts()
            .get(0);

    assertThat(conflict.details())
        .containsEntry("ours-commit", later.hex())
        .doesNotContainKey("theirs-commit");
  }
}
