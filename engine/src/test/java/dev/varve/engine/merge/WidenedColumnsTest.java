package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns that were widened beside changes of rows, and reverts and picks of that. */
class WidenedColumnsTest extends TwoBranches {
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
}
