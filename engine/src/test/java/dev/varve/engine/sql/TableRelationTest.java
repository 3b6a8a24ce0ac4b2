package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableRelationTest {
  private static final Schema PEOPLE =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "name", Types.StringType.get()));

  @TempDir Path directory;
  private Duck duck;
  private DuckSession session;

  @BeforeEach
  void open() {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    session = duck.trusted();
  }

  @AfterEach
  void close() {
    session.close();
    duck.close();
  }

  @Test
  void aTableWithoutSnapshotHasColumnsAndNoRows() {
    TestTable people = TestTable.create(directory, PEOPLE);
    assertThat(read(people, "SELECT id, name FROM t")).isEmpty();
  }

  @Test
  void rowsOfAllFilesAreRead() {
    TestTable people = people();
    people.append(people.row(3, "cy"));
    assertReadsAsIceberg(people);
  }

  @Test
  void renamedAddedWidenedReorderedAndDroppedColumnsAreFoundById() {
    TestTable people = people();
    people
        .table()
        .updateSchema()
        .renameColumn("name", "filename")
        .addColumn("file_index", Types.LongType.get())
        .updateColumn("id", Types.LongType.get())
        .commit();
    people.table().updateSchema().moveFirst("filename").commit();
    people.append(people.row("dee", 4L, 40L));
    assertReadsAsIceberg(people);
    people.table().updateSchema().deleteColumn("filename").commit();
    people.table().updateSchema().addColumn("filename", Types.StringType.get()).commit();
    assertReadsAsIceberg(people);
  }

  /** DuckDB fails fatally if it reads such a field alone from a file that ends before it. */
  @Test
  void aFieldThatWasAddedToAStructIsNullInOlderFiles() {
    Schema places =
        new Schema(
            NestedField.required(1, "id", Types.IntegerType.get()),
            NestedField.optional(
                2,
                "place",
                Types.StructType.of(NestedField.optional(3, "x", Types.IntegerType.get()))));
    TestTable table = TestTable.create(directory, places);
    Record place = GenericRecord.create(places.findType("place").asStructType());
    place.setField("x", 7);
    table.append(table.row(1, place));
    table.table().updateSchema().addColumn("place", "z", Types.IntegerType.get()).commit();

    assertThat(read(table, "SELECT place.z, place.x FROM t"))
        .containsExactly(java.util.Arrays.asList(null, 7));
    assertThat(read(table, "SELECT place.z FROM t WHERE place.z IS NULL")).hasSize(1);
  }

  @Test
  void anAddedColumnHasItsInitialDefaultInOlderFiles() {
    TestTable people = TestTable.create(directory, PEOPLE, PartitionSpec.unpartitioned(), 3);
    people.append(people.row(1, "ann"));
    people
        .table()
        .updateSchema()
        .addColumn("city", Types.StringType.get(), Literal.of("O'Hare"))
        .commit();
    people.append(people.row(2, "bob", null));
    assertThat(read(people, "SELECT * FROM t ORDER BY id"))
        .containsExactly(List.of(1, "ann", "O'Hare"), java.util.Arrays.asList(2, "bob", null));
  }

  @Test
  void positionalDeletesApplyToTheirFileOnly() {
    TestTable people = TestTable.create(directory, PEOPLE);
    DataFile first = people.append(people.row(1, "ann"), people.row(2, "bob"));
    people.append(people.row(3, "cy"), people.row(4, "dee"));
    people.deletePositions(first, 1);
    assertReadsAsIceberg(people);
    assertThat(read(people, "SELECT id FROM t")).hasSize(3);
  }

  @Test
  void deletionVectorsApply() {
    TestTable people = TestTable.create(directory, PEOPLE, PartitionSpec.unpartitioned(), 3);
    DataFile first = people.append(people.row(1, "ann"), people.row(2, "bob"));
    people.append(people.row(3, "cy"), people.row(4, "dee"));
    people.deleteVector(first, 0);
    assertReadsAsIceberg(people);
  }

  @Test
  void equalityDeletesApplyToOlderRowsOnlyAndMatchNull() {
    TestTable people = people();
    people.append(people.row(5, null));
    Schema name = PEOPLE.select("name");
    people.deleteEqual(name, TestTable.row(name, "bob"), TestTable.row(name, (Object) null));
    people.append(people.row(6, "bob"), people.row(7, null));
    assertReadsAsIceberg(people);
    assertThat(read(people, "SELECT id FROM t ORDER BY id"))
        .containsExactly(List.of(1), List.of(6), List.of(7));
  }

  @Test
  void equalityDeletesApplyWhenTheirColumnIsGone() {
    TestTable people = people();
    Schema name = PEOPLE.select("name");
    people.deleteEqual(name, TestTable.row(name, "bob"));
    people.table().updateSchema().deleteColumn("name").commit();
    assertThat(read(people, "SELECT id FROM t")).containsExactly(List.of(1));
  }

  @Test
  void positionsAreThoseOfTheFile() {
    TestTable people = TestTable.create(directory, PEOPLE);
    DataFile file = people.append(people.row(1, "a"), people.row(2, "b"), people.row(3, "c"));
    people.deletePositions(file, 1);
    TableRelation.of(people.table()).withPositions().register(session, "t");
    assertThat(Rows.of(session, "SELECT id, _file, _pos FROM t ORDER BY id"))
        .containsExactly(List.of(1, file.location(), 0L), List.of(3, file.location(), 2L));
  }

  @Test
  void someOfTheFilesKeepTheirNumbers() {
    TestTable people = TestTable.create(directory, PEOPLE);
    List<DataFile> files = new ArrayList<>();
    for (int id = 0; id < 4; id++) {
      files.add(people.append(people.row(id, "a"), people.row(id + 10, "b")));
    }
    people.deletePositions(files.get(2), 0);
    List<ScanFile> scanned = TableRelation.of(people.table()).files(); // in any order
    String first = scanned.get(0).file().location();
    TableRelation all = TableRelation.of(people.table(), scanned).withPositions();

    all.register(session, "t");
    all.only(Set.of(1, 2, 3)).register(session, "part");

    String numbers = "SELECT DISTINCT _file_number, _file FROM %s ORDER BY 1";
    List<List<Object>> numbered = Rows.of(session, numbers.formatted("t"));
    assertThat(numbered)
        .isEqualTo(
            IntStream.range(0, 4)
                .<List<Object>>mapToObj(
                    number -> List.of((long) number, scanned.get(number).file().location()))
                .toList());
    assertThat(Rows.of(session, numbers.formatted("part"))).isEqualTo(numbered.subList(1, 4));
    assertThat(Rows.of(session, "SELECT * FROM part"))
        .hasSize(files.get(2).location().equals(first) ? 6 : 5);
  }

  @Test
  void aFilterLeavesOutFilesThatCannotMatch() {
    TestTable people = people();
    people.append(people.row(30, "cy"));
    TableRelation some = TableRelation.of(people.table(), Expressions.greaterThan("id", 20));
    assertThat(some.files()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"it's", "a*b", "q?", "x[1]", "100%20", "é ü", "back\\slash", "#f"})
  void pathsMayHoldAnyCharacter(String name) {
    TestTable people = TestTable.create(directory.resolve(name), PEOPLE);
    people.append(people.row(1, "ann"));
    people.deleteEqual(PEOPLE.select("id"), TestTable.row(PEOPLE.select("id"), 9));
    assertReadsAsIceberg(people);
  }

  private TestTable people() {
    TestTable people = TestTable.create(directory, PEOPLE);
    people.append(people.row(1, "ann"), people.row(2, "bob"));
    return people;
  }

  private List<List<Object>> read(TestTable table, String sql) {
    TableRelation.of(table.metadata(), table.table().io()).register(session, "t");
    return Rows.of(session, sql);
  }

  private void assertReadsAsIceberg(TestTable table) {
    assertThat(read(table, "SELECT * FROM t")).containsExactlyInAnyOrderElementsOf(Rows.of(table));
  }
}
