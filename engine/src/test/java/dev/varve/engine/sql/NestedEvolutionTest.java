package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.storage.LocalLocations;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NestedEvolutionTest {
  private static final Types.StructType POINT =
      Types.StructType.of(
          NestedField.optional(10, "x", Types.IntegerType.get()),
          NestedField.optional(11, "y", Types.StringType.get()));
  private static final Schema SHAPES =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "at", POINT),
          NestedField.optional(
              3,
              "path",
              Types.ListType.ofOptional(
                  20, Types.StructType.of(NestedField.optional(21, "k", Types.LongType.get())))),
          NestedField.optional(
              4,
              "tags",
              Types.MapType.ofOptional(
                  30,
                  31,
                  Types.StringType.get(),
                  Types.StructType.of(NestedField.optional(32, "m", Types.FloatType.get())))));

  @TempDir Path directory;

  @Test
  void nestedFieldsAreFoundByIdAfterAnyChange() {
    TestTable shapes = shapes();
    shapes
        .table()
        .updateSchema()
        .renameColumn("at.x", "y2")
        .renameColumn("at.y", "x")
        .renameColumn("path.k", "kk")
        .updateColumn("tags.m", Types.DoubleType.get())
        .renameColumn("tags.m", "mm")
        .addColumn("at", "z", Types.DateType.get())
        .commit();
    assertReadsAsIceberg(shapes);
    shapes.append(row(shapes, 3));
    assertReadsAsIceberg(shapes);
    shapes.table().updateSchema().deleteColumn("at.x").deleteColumn("at.y2").commit();
    shapes.table().updateSchema().addColumn("at", "x", Types.UUIDType.get()).commit();
    // Iceberg's reader takes a struct for null that has lost all fields a file holds.
    assertThat(read(shapes, "SELECT id, \"at\" IS NULL, \"at\".x IS NULL FROM t ORDER BY id"))
        .containsExactly(List.of(1, false, true), List.of(2, true, true), List.of(3, false, true));
  }

  @Test
  void filesWithoutFieldIdsAreRefusedAndNotReadAsNulls() {
    TestTable shapes = shapes();
    shapes.table().updateProperties().set(TableProperties.DEFAULT_NAME_MAPPING, "[]").commit();
    assertReadsAsIceberg(shapes);
    Path file =
        LocalLocations.path(TableRelation.of(shapes.table()).files().get(0).file().location());
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
        DuckSession session = duck.trusted()) {
      session.execute(
          "COPY (SELECT 1 AS id) TO " + SqlText.literal(file.toString()) + " (FORMAT parquet)");
      assertThatThrownBy(() -> TableRelation.of(shapes.table()).register(session, "t"))
          .isInstanceOf(VarveException.class)
          .hasMessageEndingWith("its columns have no field ids");
    }
  }

  /** Iceberg's writers spell names in files so that they hold letters, digits and underscores. */
  @Test
  void nestedFieldsMayHaveNamesThatFilesSpellInAnotherWay() {
    Schema schema =
        new Schema(
            NestedField.required(1, "id", Types.IntegerType.get()),
            NestedField.optional(
                2,
                "at point",
                Types.StructType.of(
                    NestedField.optional(10, "x.y", Types.IntegerType.get()),
                    NestedField.optional(11, "1st", Types.StringType.get()))),
            NestedField.optional(
                3,
                "pâth",
                Types.ListType.ofOptional(
                    20, Types.StructType.of(NestedField.optional(21, "ü", Types.LongType.get())))));
    TestTable odd = TestTable.create(directory.resolve("odd"), schema);
    Record point = TestTable.row(structAt(odd, "at point"), 7, "why");
    Record step = TestTable.row(structAt(odd, "pâth.element"), 8L);
    odd.append(odd.row(1, point, List.of(step)), odd.row(2, null, null));
    assertReadsAsIceberg(odd);
    assertThat(read(odd, "SELECT \"at point\".\"x.y\" FROM t ORDER BY id"))
        .isEqualTo(List.of(List.of(7), Collections.singletonList(null)));
  }

  /** DuckDB fails fatally, with all its sessions, if it reads a field of what a file has not. */
  @Test
  void fieldsOfANewColumnAreReadAloneFromOlderFiles() {
    TestTable shapes = shapes();
    Types.StructType inner =
        Types.StructType.of(NestedField.optional(1, "x", Types.IntegerType.get()));
    shapes
        .table()
        .updateSchema()
        .addColumn(
            "s",
            Types.StructType.of(
                NestedField.optional(1, "x", Types.IntegerType.get()),
                NestedField.optional(2, "t", inner)))
        .addColumn("l", Types.ListType.ofOptional(1, inner))
        .commit();
    assertReadsAsIceberg(shapes);
    assertThat(read(shapes, "SELECT s.x, s.t.x, l[1].x FROM t"))
        .containsOnly(Arrays.asList(null, null, null));
    assertThat(read(shapes, "SELECT id FROM t WHERE s.t.x IS DISTINCT FROM 3 AND s.x IS NULL"))
        .hasSize(2);
  }

  private TestTable numbers() {
    Types.StructType three =
        Types.StructType.of(
            NestedField.optional(10, "a", Types.IntegerType.get()),
            NestedField.optional(11, "b", Types.IntegerType.get()),
            NestedField.optional(12, "c", Types.IntegerType.get()));
    Types.StructType outer =
        Types.StructType.of(
            NestedField.optional(13, "n", three),
            NestedField.optional(14, "d", Types.IntegerType.get()));
    TestTable numbers =
        TestTable.create(
            directory.resolve("numbers"),
            new Schema(
                NestedField.required(1, "id", Types.IntegerType.get()),
                NestedField.optional(2, "s", outer)));
    for (int id = 1; id <= 2; id++) {
      Record within =
          TestTable.row(structAt(numbers, "s.n"), id * 10 + 1, id * 10 + 2, id * 10 + 3);
      numbers.append(numbers.row(id, TestTable.row(structAt(numbers, "s"), within, id * 10 + 4)));
    }
    return numbers;
  }

  /** DuckDB finds a field that is read alone by its place in the type that it was given. */
  @ParameterizedTest
  @CsvSource({"s.n.a, ''", "s.n.b, s.n.a", "s.n, ''", "s.d, s.n"})
  void fieldsAreReadAloneWhateverLiesBesideThem(String gone, String before) {
    TestTable numbers = numbers();
    UpdateSchema update = numbers.table().updateSchema();
    if (before.isEmpty()) {
      update.deleteColumn(gone);
    } else {
      update.moveBefore(gone, before);
    }
    update.commit();
    for (String field : List.of("s.n.a", "s.n.b", "s.n.c", "s.d")) {
      if (numbers.table().schema().findField(field) != null) {
        int place = field.equals("s.d") ? 4 : field.charAt(4) - 'a' + 1;
        assertThat(read(numbers, "SELECT %s FROM t ORDER BY id".formatted(field)))
            .as(field)
            .containsExactly(List.of(10 + place), List.of(20 + place));
        assertThat(read(numbers, "SELECT id FROM t WHERE %s = %d".formatted(field, 20 + place)))
            .as(field)
            .containsExactly(List.of(2));
      }
    }
  }

  @Test
  void filesOfDifferentOrderAreNotReadAlike() {
    TestTable numbers = numbers();
    numbers.table().updateSchema().moveFirst("s.n.c").commit();
    Schema inner = structAt(numbers, "s.n");
    numbers.append(
        numbers.row(
            3, TestTable.row(structAt(numbers, "s"), TestTable.row(inner, 33, 31, 32), 34)));
    for (String order : List.of("c, a, b", "a, b, c")) {
      assertThat(read(numbers, "SELECT s.n.c FROM t ORDER BY id"))
          .as(order)
          .containsExactly(List.of(13), List.of(23), List.of(33));
      assertThat(read(numbers, "SELECT s.n.a FROM t ORDER BY id"))
          .as(order)
          .containsExactly(List.of(11), List.of(21), List.of(31));
      numbers.table().updateSchema().moveAfter("s.n.c", "s.n.b").commit();
    }
  }

  @Test
  void aFieldIsReadByARelationThatHasNoOther() {
    TestTable numbers = numbers();
    Schema narrow = numbers.table().schema().select("s.n.b", "s.d");
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
        DuckSession session = duck.trusted()) {
      TableRelation.of(numbers.table()).as(narrow).register(session, "t");
      assertThat(Rows.of(session, "SELECT s.n.b FROM t ORDER BY ALL"))
          .containsExactly(List.of(12), List.of(22));
      assertThat(Rows.of(session, "SELECT s.d FROM t ORDER BY ALL"))
          .containsExactly(List.of(14), List.of(24));
    }
  }

  @Test
  void equalityDeletesByAFieldMayHoldOthersBeside() {
    TestTable numbers = numbers();
    Schema columns = numbers.table().schema().select("s.n.a", "s.n.b");
    Schema inner = new Schema(columns.findType("s.n").asStructType().fields());
    Schema outer = new Schema(columns.findType("s").asStructType().fields());
    numbers.deleteEqual(
        Set.of(columns.findField("s.n.b").fieldId()),
        columns,
        TestTable.row(columns, TestTable.row(outer, TestTable.row(inner, 0, 12))));
    assertThat(read(numbers, "SELECT id FROM t")).containsExactly(List.of(2));
    assertReadsAsIceberg(numbers);
  }

  @Test
  void equalityDeletesFindNestedFieldsByIdAfterAnyChange() {
    TestTable shapes = shapes();
    Schema x = shapes.table().schema().select("at.x");
    shapes.append(shapes.row(3, TestTable.row(structAt(shapes, "at"), 70, "new"), null, null));
    shapes.deleteEqual(x, TestTable.row(x, TestTable.row(structAt(shapes, "at").select("x"), 7)));
    shapes.table().updateSchema().renameColumn("at.x", "x-1").commit();
    assertReadsAsIceberg(shapes);
    Schema renamed = shapes.table().schema().select("at.x-1");
    Schema within = structAt(shapes, "at").select("x-1");
    shapes.deleteEqual(renamed, TestTable.row(renamed, TestTable.row(within, 70)));
    assertReadsAsIceberg(shapes);
    assertThat(read(shapes, "SELECT id FROM t")).containsExactly(List.of(2));
  }

  @Test
  void equalityDeletesTellNullFromAStructOfNulls() {
    TestTable shapes = shapes();
    shapes.append(shapes.row(3, TestTable.row(structAt(shapes, "at"), null, "new"), null, null));
    Schema x = shapes.table().schema().select("at.x");
    Schema within = structAt(shapes, "at").select("x");
    shapes.deleteEqual(x, TestTable.row(x, TestTable.row(within, (Object) null)));
    assertReadsAsIceberg(shapes);
    assertThat(read(shapes, "SELECT id FROM t ORDER BY id"))
        .containsExactly(List.of(1), List.of(2));
    shapes.deleteEqual(x, TestTable.row(x, (Object) null));
    assertReadsAsIceberg(shapes);
    assertThat(read(shapes, "SELECT id FROM t ORDER BY id")).containsExactly(List.of(1));
  }

  @Test
  void equalityDeletesApplyWhenTheirNestedFieldIsGone() {
    TestTable shapes = shapes();
    Schema x = shapes.table().schema().select("at.x");
    shapes.append(shapes.row(3, TestTable.row(structAt(shapes, "at"), 70, "new"), null, null));
    shapes.deleteEqual(x, TestTable.row(x, TestTable.row(structAt(shapes, "at").select("x"), 7)));
    shapes.table().updateSchema().deleteColumn("at.x").commit();
    assertThat(read(shapes, "SELECT id, \"at\".y FROM t ORDER BY id"))
        .isEqualTo(List.of(Arrays.asList(2, null), List.of(3, "new")));
    shapes.table().updateSchema().deleteColumn("at").commit();
    assertThat(read(shapes, "SELECT id FROM t ORDER BY id"))
        .containsExactly(List.of(2), List.of(3));
  }

  @Test
  void equalityDeletesTellAFieldFromADroppedOneWhoseNameItTook() {
    TestTable shapes = shapes();
    Schema at = structAt(shapes, "at");
    shapes.append(shapes.row(3, TestTable.row(at, 7, "new"), null, null));
    Schema both = shapes.table().schema().select("at");
    shapes.deleteEqual(both, TestTable.row(both, TestTable.row(at, 7, "why")));
    shapes.table().updateSchema().deleteColumn("at.x").renameColumn("at.y", "x").commit();
    assertThat(read(shapes, "SELECT id, \"at\".x FROM t ORDER BY id"))
        .isEqualTo(List.of(Arrays.asList(2, null), List.of(3, "new")));
  }

  private TestTable shapes() {
    TestTable shapes = TestTable.create(directory.resolve("shapes"), SHAPES);
    Record point = TestTable.row(structAt(shapes, "at"), 7, "why");
    Record step = TestTable.row(structAt(shapes, "path.element"), 8L);
    Record tag = TestTable.row(structAt(shapes, "tags.value"), 1.5f);
    shapes.append(
        shapes.row(1, point, List.of(step), Map.of("a", tag)), shapes.row(2, null, null, null));
    return shapes;
  }

  private static Schema structAt(TestTable table, String column) {
    return new Schema(table.table().schema().findType(column).asStructType().fields());
  }

  private static Record row(TestTable shapes, int id) {
    Record point = TestTable.row(structAt(shapes, "at"), 70, "new");
    Record step = TestTable.row(structAt(shapes, "path.element"), 80L);
    Record tag = TestTable.row(structAt(shapes, "tags.value"), 2.5d);
    return shapes.row(id, point, List.of(step), Map.of("b", tag));
  }

  private List<List<Object>> read(TestTable table, String sql) {
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
        DuckSession session = duck.trusted()) {
      TableRelation.of(table.table()).register(session, "t");
      return Rows.of(session, sql);
    }
  }

  private void assertReadsAsIceberg(TestTable table) {
    assertThat(read(table, "SELECT * FROM t")).containsExactlyInAnyOrderElementsOf(Rows.of(table));
  }
}
