package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.diff.Diffs;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.TableName;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cherry-pick and a revert have one branch and one commit: no sides, and nothing to merge. */
class ConflictWordsTest {
  /** What is typed is the same for all verbs. */
  private static final Pattern OPTIONS = Pattern.compile("'ours'|'theirs'|=ours\\b|=theirs\\b");

  @TempDir Path directory;
  private LakeFixture lake;
  private Duck duck;
  private Merges merges;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    merges = new Merges(lake.tables(), new Diffs(lake.tables(), () -> duck), () -> duck);
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Test
  void aChangeOfATableThatTheBranchNeverHadIsNotPicked() {
    lake.branch(EXP);
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);

    MergeConflict conflict = pick(lake.head(MAIN), EXP);

    assertThat(conflict.code()).isEqualTo("dropped-and-changed");
    assertThat(conflict.message())
        .isEqualTo("the picked commit changes 't', and the branch has no such table");
    assertThat(conflict.hint())
        .isEqualTo(
            "cherry-pick the commit that created it first, and all that changed it since; list"
                + " them with 'varve log REVISION --table t'");
  }

  @Test
  void aPickedChangeOfAPropertyNamesTheBranchAndTheCommit() {
    TableName table = lake.create("t");
    lake.branch(EXP);
    lake.open(EXP, table).updateProperties().set("owner", "ada").commit();
    lake.open(MAIN, table).updateProperties().set("owner", "eve").commit();

    MergeConflict conflict = pick(lake.head(MAIN), EXP);

    assertThat(conflict.message())
        .isEqualTo("property 'owner' of 't' is 'ada' on the branch and 'eve' in the picked commit");
    assertThat(conflict.hint())
        .isEqualTo(
            "cherry-pick the commits that this one builds on first, or change 't' on the branch by"
                + " hand, then cherry-pick again");
  }

  @Test
  void aPickedCommitThatRewroteWhatTheBranchRewroteSaysWhatEachDid() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2);
    lake.branch(EXP);
    overwrite(EXP, table, 3);
    overwrite(MAIN, table, 4, 5);

    assertThat(pick(lake.head(MAIN), EXP).message())
        .startsWith("the branch and the picked commit both removed 2 rows of 't'")
        .contains(
            ": the branch has 1 row added and 2 removed; the commit 2 rows added and 2 removed;")
        .endsWith(
            "'theirs' is the picked commit and discards all that the branch did, and 'ours' is the"
                + " branch as it is");
  }

  @Test
  void aCreatedTableThatWasChangedSinceIsNotReverted() {
    TableName table = lake.create("t");
    ObjectId created = lake.head(MAIN);
    lake.append(MAIN, table, 1);

    MergeConflict conflict = revert(created);

    assertThat(conflict.message()).isEqualTo("'t' was created by the commit and changed later");
    assertThat(conflict.hint())
        .isEqualTo("revert the later commits that changed it first, or drop 't' by hand");
  }

  @Test
  void aChangeOfATableThatWasDroppedSinceIsNotReverted() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    ObjectId appended = lake.head(MAIN);
    lake.tables().drop(on(MAIN), table);

    MergeConflict conflict = revert(appended);

    assertThat(conflict.message()).isEqualTo("'t' was changed by the commit and dropped later");
    assertThat(conflict.hint()).isEqualTo("revert the later commit that dropped it first");
  }

  @Test
  void anAppendWhoseFileWasRewrittenSinceIsNotReverted() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2);
    ObjectId appended = lake.head(MAIN);
    overwrite(MAIN, table, 1, 9);

    MergeConflict conflict = revert(appended);

    assertThat(conflict.message())
        .startsWith("undoing the commit would remove 1 row of 't' that the branch removed since")
        .contains(
            ": since then the branch has 1 row added and 1 removed; undoing would have 0 rows added"
                + " and 2 removed;")
        .endsWith(
            "'theirs' is the table before the commit and discards all that was done to it since, and"
                + " 'ours' is the branch as it is");
    assertThat(conflict.hint())
        .contains("varve delete t --where CONDITION", "--strategy t=theirs", "varve table set-key")
        .doesNotContain("t.COLUMN", "--rule");
  }

  @Test
  void aPropertyThatWasSetAgainSinceIsNotReverted() {
    TableName table = lake.create("t");
    lake.open(MAIN, table).updateProperties().set("owner", "ada").commit();
    lake.open(MAIN, table).updateProperties().set("owner", "bob").commit();
    ObjectId bad = lake.head(MAIN);
    lake.open(MAIN, table).updateProperties().set("owner", "eve").commit();

    MergeConflict conflict = revert(bad);

    assertThat(conflict.message())
        .isEqualTo(
            "property 'owner' of 't' is 'eve' on the branch and 'ada' before the reverted commit");
    assertThat(conflict.hint())
        .isEqualTo("revert the later commits that changed this first, or change 't' by hand");
  }

  private MergeConflict pick(ObjectId commit, RefName onto) {
    return only(
        merges.cherryPick(on(onto), Revision.of(commit), OptionalInt.empty(), Optional.empty()));
  }

  private MergeConflict revert(ObjectId commit) {
    return only(
        merges.revert(on(MAIN), Revision.of(commit), OptionalInt.empty(), Optional.empty()));
  }

  private static MergeConflict only(MergeReport report) {
    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(report.conflicts()).hasSize(1);
    MergeConflict conflict = report.conflicts().get(0);
    assertThat(OPTIONS.matcher(conflict.message() + conflict.hint()).replaceAll(""))
        .doesNotContain("ours", "theirs", "side", "merge");
    return conflict;
  }

  private void overwrite(RefName branch, TableName name, long... numbers) {
    Table table = lake.open(branch, name);
    table
        .newOverwrite()
        .overwriteByRowFilter(Expressions.alwaysTrue())
        .addFile(LakeFixture.file(table, numbers))
        .commit();
  }
}
