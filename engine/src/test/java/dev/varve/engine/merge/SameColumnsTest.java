package dev.varve.engine.merge;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.Alteration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** A column that both branches added alike is one column, in every row and after every merge. */
class SameColumnsTest extends TwoBranches {
  @Test
  void theSameColumnOnBothBranchesIsNoConflict() {
    keyed("id,a\n1,x\n2,y\n3,z\n");
    add(EXP, "b", "int");
    edits.update(on(EXP), T, Map.of("b", "10"), "id = 1");
    add(MAIN, "b", "int");
    edits.update(on(MAIN), T, Map.of("b", "20"), "id = 2");

    assertMerged();

    assertThat(schema(MAIN).columns())
        .extracting(Types.NestedField::name)
        .containsOnly("id", "a", "b");
    assertThat(rows(MAIN)).containsExactly("1|x|10", "2|y|20", "3|z|null");
  }

  @Test
  void mergesGoOnWithTheColumn() {
    keyed("id,a\n1,x\n2,y\n");
    add(EXP, "b", "int");
    add(MAIN, "b", "int");
    assertMerged();

    edits.update(on(EXP), T, Map.of("b", "10"), "id = 1");
    edits.update(on(MAIN), T, Map.of("b", "20"), "id = 2");
    append(EXP, "id,a,b\n3,z,30\n");
    assertMerged();

    assertThat(rows(MAIN)).containsExactly("1|x|10", "2|y|20", "3|z|30");
  }

  @Test
  void aCellOfTheColumnThatBothSetIsAConflict() {
    keyed("id,a\n1,x\n2,y\n");
    for (RefName branch : List.of(EXP, MAIN)) {
      add(branch, "b", "int");
      edits.update(on(branch), T, Map.of("b", branch.equals(EXP) ? "10" : "20"), "id = 1");
      edits.update(on(branch), T, Map.of("b", "5"), "id = 2");
    }

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.outcome()).isEqualTo(MergeOutcome.CONFLICT);
    assertThat(report.conflicts().get(0).rows().orElseThrow().page())
        .extracting(it -> it.key().toString(), it -> it.column().orElseThrow())
        .hasSize(1);
  }

  @Test
  void whatOneSideDidToTheColumnSinceIsMerged() {
    keyed("id,a\n1,x\n");
    add(EXP, "b", "int");
    edits.update(on(EXP), T, Map.of("b", "10"), "id = 1");
    add(MAIN, "b", "int");
    edits.alter(
        on(MAIN),
        T,
        List.of(new Alteration.RenameColumn("b", "c"), new Alteration.WidenColumn("c", "long")));
    edits.update(on(MAIN), T, Map.of("a", "'new'"), "id = 1");

    assertMerged();

    assertThat(schema(MAIN).findType("c")).isEqualTo(Types.LongType.get());
    assertThat(rows(MAIN)).containsExactly("1|new|10");
  }

  @Test
  void structsThatBothAddedMeetFieldByField() {
    keyed("id,a\n1,x\n");
    add(EXP, "s", "struct(x int)");
    add(EXP, "s.y", "int");
    add(MAIN, "s", "struct(x int)");
    add(MAIN, "s.z", "int");

    assertMerged();

    assertThat(schema(MAIN).findType("s").asStructType().fields())
        .extracting(Types.NestedField::name)
        .containsExactlyInAnyOrder("x", "y", "z");
  }

  /** Rows of base have the default on both sides, so that whoever has another value changed it. */
  @Test
  void aDefaultIsWhatRowsOfBaseHave() {
    ingest(T, MAIN, "id,a\n1,x\n2,y\n3,z\n", List.of("id"));
    edits.alter(on(MAIN), T, List.of(new Alteration.SetProperties(Map.of("format-version", "3"))));
    lake.lake().branch(EXP);
    lake.lake()
        .open(EXP, T)
        .updateSchema()
        .addColumn("d", Types.IntegerType.get(), Literal.of(7))
        .commit();
    merges.cherryPick(on(MAIN), Revision.of(EXP), OptionalInt.empty(), Optional.empty());
    edits.update(on(EXP), T, Map.of("d", "9"), "id = 1");
    edits.update(on(MAIN), T, Map.of("a", "'new'"), "id = 1");
    edits.update(on(MAIN), T, Map.of("d", "8"), "id = 2");

    assertMerged();

    assertThat(rows(MAIN)).containsExactly("1|new|9", "2|y|8", "3|z|7");
  }

  @Test
  void anotherTypeIsAnotherColumn() {
    keyed("id,a\n1,x\n");
    add(EXP, "b", "int");
    add(MAIN, "b", "string");

    MergeReport report = merge(ConflictOptions.NONE);

    assertThat(report.conflicts())
        .extracting(MergeConflict::code)
        .containsExactly("column-name-taken");
  }

  @Test
  void aColumnThatAnEngineAddedIsTakenOver() {
    keyed("id,a\n1,x\n");
    lake.lake().open(EXP, T).updateSchema().addColumn("b", Types.IntegerType.get()).commit();
    add(MAIN, "b", "int");

    assertMerged();

    assertThat(schema(MAIN).columns()).hasSize(3);
  }

  /** Old files hold values of the column that was dropped. */
  @Test
  void aColumnThatWasDroppedAndAddedAgainIsANewOne() {
    keyed("id,a\n1,x\n");
    add(MAIN, "b", "int");
    edits.update(on(MAIN), T, Map.of("b", "10"), "true");
    edits.alter(on(MAIN), T, List.of(new Alteration.DropColumn("b")));
    add(MAIN, "b", "int");

    assertThat(rows(MAIN)).containsExactly("1|x|null");
  }

  /** Files that came by a merge hold them, too. */
  @Test
  void aColumnThatTheMergedBranchDroppedIsANewOne() {
    keyed("id,a\n1,x\n");
    add(EXP, "b", "int");
    append(EXP, "id,a,b\n2,y,20\n");
    edits.alter(on(EXP), T, List.of(new Alteration.DropColumn("b")));
    append(MAIN, "id,a\n3,z\n");
    assertMerged();
    add(MAIN, "b", "int");

    assertThat(rows(MAIN)).containsExactly("1|x|null", "2|y|null", "3|z|null");
  }

  /** Both had it, and files of theirs hold what theirs no longer has. */
  private ObjectId droppedInTheirs() {
    keyed("id,a\n1,x\n");
    add(EXP, "b", "int");
    add(MAIN, "b", "int");
    append(EXP, "id,a,b\n2,y,20\n");
    edits.alter(on(EXP), T, List.of(new Alteration.DropColumn("b")));
    append(MAIN, "id,a,b\n3,z,30\n");
    return lake.lake().head(EXP);
  }

  @Test
  void aColumnThatOneSideDroppedAgainIsAConflictUntilThatIsUndone() {
    ObjectId dropped = droppedInTheirs();

    MergeConflict conflict = merge(ConflictOptions.NONE).conflicts().get(0);
    assertThat(conflict.code()).isEqualTo("column-added-and-dropped");
    assertThat(conflict.message())
        .isEqualTo(
            "column 'b' of 't' was added on both sides and dropped again in theirs, where files hold"
                + " values of it");

    merges.revert(on(EXP), Revision.of(dropped), OptionalInt.empty(), Optional.empty());
    assertMerged();
    assertThat(rows(MAIN)).containsExactly("1|x|null", "2|y|20", "3|z|30");
  }

  @Test
  void aColumnThatNobodyWroteToIsThereThoughOneSideDroppedItAgain() {
    keyed("id,a\n1,x\n");
    add(EXP, "b", "int");
    add(MAIN, "b", "int");
    edits.alter(on(EXP), T, List.of(new Alteration.DropColumn("b")));
    append(EXP, "id,a\n2,y\n");
    append(MAIN, "id,a,b\n3,z,30\n");

    assertMerged();

    assertThat(rows(MAIN)).containsExactly("1|x|null", "2|y|null", "3|z|30");
  }

  @Test
  void aColumnThatWasGivenUpOnOneBranchIsAnotherOnTheNext() {
    keyed("id,a\n1,x\n");
    add(MAIN, "b", "int");
    edits.update(on(MAIN), T, Map.of("b", "10"), "true");
    edits.alter(on(MAIN), T, List.of(new Alteration.DropColumn("b")));
    add(EXP, "b", "int");
    append(EXP, "id,a,b\n2,y,20\n");

    assertMerged();

    assertThat(rows(MAIN)).containsExactly("1|x|null", "2|y|20");
  }

  private void assertMerged() {
    MergeReport report = merge(ConflictOptions.NONE);
    assertThat(report.conflicts()).isEmpty();
    assertThat(report.outcome()).isEqualTo(MergeOutcome.MERGE);
  }

  private void add(RefName branch, String column, String type) {
    edits.alter(
        on(branch),
        T,
        List.of(new Alteration.AddColumn(column, type, Optional.empty(), Optional.empty())));
  }

  private Schema schema(RefName branch) {
    return lake.lake().find(branch, T).orElseThrow().metadata().schema();
  }
}
