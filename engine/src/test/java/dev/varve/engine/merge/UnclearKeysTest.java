package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that are on several rows. */
class UnclearKeysTest extends TwoBranches {
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
}
