package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeMode;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.engine.change.Alteration;
import dev.varve.engine.merge.rows.RowWork;
import dev.varve.engine.table.LakeFixture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** One branch required a column or set a key: the rows of the other must meet it. */
class NewRulesTest extends TwoBranches {
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

  @Test
  void filesThatAreReadToCheckRowsAreTold() {
    append(MAIN, "id,a\n1,x\n3,y\n9,z\n");
    append(MAIN, "id,a\n50,x\n");
    lake.lake().branch(EXP);
    append(EXP, "id,a\n5,y\n6,y\n");
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of("id"))));

    // Theirs' new keys lie among those of one file.
    assertThat(merge(ConflictOptions.NONE).tables().get(0).rows())
        .contains(new RowWork(0, 1, 1, 5, 0, 0, 0, 0, 0));
  }

  /** Rows of theirs have its default, if they have anything. */
  @Test
  void rowsOfTheOtherSideMeetAKeyThatTheyLackIfItsDefaultIsTheirsAlone() {
    ingest(T, MAIN, "id,a\n1,x\n2,y\n", List.of());
    edits.alter(on(MAIN), T, List.of(new Alteration.SetProperties(Map.of("format-version", "3"))));
    lake.lake().branch(EXP);
    lake.lake()
        .open(MAIN, T)
        .updateSchema()
        .addRequiredColumn("d", Types.LongType.get(), Literal.of(7L))
        .commit();
    edits.update(on(MAIN), T, Map.of("d", "id"), "true");
    edits.alter(on(MAIN), T, List.of(new Alteration.SetKey(List.of("d"))));
    append(EXP, "id,a\n3,z\n");
    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);
    assertThat(rows(MAIN)).containsExactly("1|x|1", "2|y|2", "3|z|7");

    append(EXP, "id,a\n4,z\n");
    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);
    assertThat(conflict.code()).isEqualTo("rows-may-not-fit");
    assertThat(conflict.message()).contains("1 key would be on more than one row or missing");
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

  /** What was required before is found as before. */
  @Test
  void rowsThatWereDeletedByARequiredFieldMeetAStructThatIsNewlyRequired() {
    ingest(T, MAIN, "id,a\n1,x\n", List.of("id"));
    Types.StructType struct =
        Types.StructType.of(Types.NestedField.required(1, "x", Types.IntegerType.get()));
    lake.lake().open(MAIN, T).updateSchema().addColumn("s", struct).commit();
    edits.update(on(MAIN), T, Map.of("s", "{'x': 7}"), "true");
    lake.lake().branch(EXP);
    lake.lake().open(MAIN, T).updateSchema().allowIncompatibleChanges().requireColumn("s").commit();
    LakeFixture.deleteByNull(lake.lake().open(EXP, T), "s.x");

    assertThat(merge(ConflictOptions.NONE).outcome()).isEqualTo(MergeOutcome.MERGE);

    assertThat(rows(MAIN)).containsExactly("1|x|Record(7)");
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
}
