package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.file;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.ref.RefName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids that clients hand out never mean two things in one table, on whatever branch. */
class FieldIdsTest {
  private static final TableName FLIGHTS = TableName.parse("flights");

  @TempDir Path directory;
  private LakeFixture lake;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void twoBranchesThatAddAColumnGiveItDifferentIds() {
    lake.create("flights");
    lake.branch(EXP);

    addColumn(MAIN, "a");
    addColumn(EXP, "b");
    addColumn(MAIN, "c");

    assertThat(schema(MAIN).findField("a").fieldId()).isEqualTo(2);
    assertThat(schema(EXP).findField("b").fieldId()).isEqualTo(3);
    assertThat(schema(MAIN).findField("c").fieldId()).isEqualTo(4);
  }

  @Test
  void aWriterWhoseIdsAreTakenOnAnotherBranchIsToldToRetry() {
    lake.create("flights");
    lake.branch(EXP);
    Table onMain = lake.open(MAIN, FLIGHTS);
    Table onExp = lake.open(EXP, FLIGHTS);
    onMain.updateSchema().addColumn("a", Types.LongType.get()).commit();

    assertThatThrownBy(() -> onExp.updateSchema().addColumn("b", Types.LongType.get()).commit())
        .isInstanceOf(CommitFailedException.class);
    onExp.refresh();
    onExp.updateSchema().addColumn("b", Types.LongType.get()).commit();

    assertThat(schema(EXP).findField("b").fieldId()).isEqualTo(3);
  }

  @Test
  void writersThatTakeNoIdsNeverNoticeTheOtherBranch() {
    lake.create("flights");
    lake.branch(EXP);
    Table onExp = lake.open(EXP, FLIGHTS);
    addColumn(MAIN, "a");

    onExp.newFastAppend().appendFile(file(onExp, 1)).commit();

    assertThat(lake.numbers(EXP, FLIGHTS)).containsExactly(1L);
  }

  @Test
  void partitionFieldsOfTwoBranchesDiffer() {
    lake.create("flights");
    lake.branch(EXP);

    lake.open(MAIN, FLIGHTS).updateSpec().addField(Expressions.bucket("n", 4)).commit();
    lake.open(EXP, FLIGHTS).updateSpec().addField(Expressions.truncate("n", 10)).commit();

    int main = metadata(MAIN).spec().fields().get(0).fieldId();
    int exp = metadata(EXP).spec().fields().get(0).fieldId();
    assertThat(List.of(main, exp)).containsExactly(1000, 1001);
  }

  @Test
  void rowIdsOfTwoBranchesDiffer() {
    lake.begin(FLIGHTS, Map.of(TableProperties.FORMAT_VERSION, "3")).commitTransaction();
    lake.branch(EXP);

    lake.append(MAIN, FLIGHTS, 1, 2, 3);
    lake.append(EXP, FLIGHTS, 4, 5);
    lake.append(MAIN, FLIGHTS, 6);

    assertThat(firstRowIds(MAIN)).containsExactly(0L, 5L);
    assertThat(firstRowIds(EXP)).containsExactly(3L);
  }

  @Test
  void anUpgradeAfterAnotherBranchGaveOutRowIdsStartsAboveThem() {
    lake.create("flights");
    lake.branch(EXP);
    upgrade(lake.open(MAIN, FLIGHTS).updateProperties());
    lake.append(MAIN, FLIGHTS, 1, 2, 3);

    Table table = lake.open(EXP, FLIGHTS);
    Transaction both = table.newTransaction();
    upgrade(both.updateProperties());
    both.newAppend().appendFile(file(table, 4)).commit();
    assertThatThrownBy(both::commitTransaction)
        .isInstanceOf(ForbiddenException.class)
        .hasMessageContaining("cannot upgrade 'flights' and add rows in one commit");

    upgrade(lake.open(EXP, FLIGHTS).updateProperties());
    lake.append(EXP, FLIGHTS, 4);
    assertThat(firstRowIds(EXP)).containsExactly(3L);
  }

  private static void upgrade(UpdateProperties properties) {
    properties.set(TableProperties.FORMAT_VERSION, "3").commit();
  }

  @Test
  void anIdThatWasHandedOutBeforeIsRefusedForANewColumn() {
    lake.create("flights");
    addColumn(MAIN, "a");
    lake.open(MAIN, FLIGHTS).updateSchema().deleteColumn("a").commit();
    lake.branch(EXP);
    addColumn(EXP, "b");
    LoadedTable table = lake.tables().loadHead(MAIN, FLIGHTS);
    Schema reusing =
        new Schema(
            Types.NestedField.required(1, "n", Types.LongType.get()),
            Types.NestedField.optional(3, "other", Types.LongType.get()));
    TableMetadata updated =
        TableMetadata.buildFrom(table.metadata())
            .setCurrentSchema(reusing, table.metadata().lastColumnId())
            .build();

    assertThatThrownBy(
            () ->
                lake.tables()
                    .commit(
                        on(MAIN), List.of(new TableChange(FLIGHTS, Optional.of(table), updated))))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ID_REUSED));
  }

  @Test
  void aSchemaThatAloneTellsOfAColumnStays() {
    lake.create("flights");
    addColumn(MAIN, "a");
    lake.open(MAIN, FLIGHTS)
        .updateSchema()
        .deleteColumn("a")
        .addColumn("b", Types.LongType.get())
        .commit();

    assertThat(removed(0)).isEmpty();
    assertThat(removed(1))
        .contains(
            "cannot remove the schema of 'flights' that tells of column 'a' (field id 2): files may"
                + " hold it");
  }

  /** What is wrong with it, if anything. */
  private Optional<String> removed(int schema) {
    LoadedTable table = lake.tables().loadHead(MAIN, FLIGHTS);
    TableMetadata.Builder updated = TableMetadata.buildFrom(table.metadata());
    new MetadataUpdate.RemoveSchemas(Set.of(schema)).applyTo(updated);
    try {
      lake.tables()
          .commit(on(MAIN), List.of(new TableChange(FLIGHTS, Optional.of(table), updated.build())));
      return Optional.empty();
    } catch (VarveException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      return Optional.of(e.getMessage());
    }
  }

  @Test
  void metadataWithRaisedIdsHasAFileOfItsOwn() {
    lake.create("flights");
    lake.branch(EXP);
    String before = metadata(EXP).metadataFileLocation();
    addColumn(MAIN, "a");

    TableMetadata raised = metadata(EXP);

    assertThat(raised.metadataFileLocation()).isNotEqualTo(before);
    assertThat(
            TableMetadataParser.read(lake.warehouse().io(), raised.metadataFileLocation())
                .lastColumnId())
        .isEqualTo(2);
    assertThat(raised.schema().columns()).hasSize(1);
  }

  private void addColumn(RefName branch, String column) {
    lake.open(branch, FLIGHTS).updateSchema().addColumn(column, Types.LongType.get()).commit();
  }

  private TableMetadata metadata(RefName branch) {
    return lake.tables().loadHead(branch, FLIGHTS).metadata();
  }

  private Schema schema(RefName branch) {
    return metadata(branch).schema();
  }

  private List<Long> firstRowIds(RefName branch) {
    return metadata(branch).snapshots().stream().map(Snapshot::firstRowId).toList();
  }
}
