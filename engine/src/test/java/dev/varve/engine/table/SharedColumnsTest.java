package dev.varve.engine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.tree.ContentId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

class SharedColumnsTest {
  private static final ContentId TABLE = new ContentId(new UUID(0, 7));
  private static final Schema START =
      new Schema(
          NestedField.required(1, "n", Types.LongType.get()),
          NestedField.optional(
              2, "s", Types.StructType.of(NestedField.optional(3, "x", Types.IntegerType.get()))));

  private final Map<String, Long> marks = new HashMap<>();
  private final SharedColumns columns = new SharedColumns(it -> marks.getOrDefault(it, 0L));
  private final TableMetadata start = state(Map.of());

  private static TableMetadata state(Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put(TableProperties.FORMAT_VERSION, "3");
    return TableMetadata.newTableMetadata(
        START, PartitionSpec.unpartitioned(), SortOrder.unsorted(), "/t", all);
  }

  private static TableMetadata with(TableMetadata before, Consumer<UpdateSchema> change) {
    MemoryOperations operations = new MemoryOperations(before, null);
    UpdateSchema update = new BaseTable(operations, "t").updateSchema();
    change.accept(update);
    update.commit();
    return operations.current();
  }

  /** Adds on one branch, as an engine does, and on another, which has handed out other ids. */
  private Schema second(Consumer<UpdateSchema> first, Consumer<UpdateSchema> second) {
    note(start, with(start, first));
    TableMetadata other = elsewhere(start);
    return columns.adopt(other, with(other, second)).schema();
  }

  private void note(TableMetadata before, TableMetadata after) {
    for (CounterRaise raise : columns.raises(TABLE, before, after)) {
      assertThat(raise.id()).isEqualTo(TABLE);
      assertThat(marks.getOrDefault(raise.name(), 0L)).isEqualTo(raise.expected());
      marks.put(raise.name(), raise.next());
    }
  }

  private static TableMetadata elsewhere(TableMetadata state) {
    return StoredMetadata.raised(state, new IdMarks(100, 1000, 0)).metadata();
  }

  private static Consumer<UpdateSchema> add(String name, Type type) {
    return update -> update.addColumn(name, type);
  }

  @Test
  void theSameColumnHasOneId() {
    Schema schema = second(add("b", Types.IntegerType.get()), add("b", Types.IntegerType.get()));

    assertThat(schema.findField("b").fieldId()).isEqualTo(4);
  }

  @Test
  void documentationIsNoPartOfADefinition() {
    Schema schema =
        second(
            add("b", Types.IntegerType.get()),
            update -> update.addColumn("b", Types.IntegerType.get(), "text"));

    assertThat(schema.findField("b").fieldId()).isEqualTo(4);
    assertThat(schema.findField("b").doc()).isEqualTo("text");
  }

  @Test
  void whateverElseDiffersMakesTwoColumns() {
    Consumer<UpdateSchema> one =
        update -> update.addColumn("b", Types.IntegerType.get(), Literal.of(1));
    List<Consumer<UpdateSchema>> others =
        List.of(
            add("b", Types.IntegerType.get()),
            update -> update.addColumn("b", Types.IntegerType.get(), Literal.of(2)),
            update -> update.addColumn("b", Types.LongType.get(), Literal.of(1L)),
            update -> update.addColumn("B", Types.IntegerType.get(), Literal.of(1)),
            update -> update.addRequiredColumn("b", Types.IntegerType.get(), Literal.of(1)),
            update -> update.addColumn("s", "b", Types.IntegerType.get(), Literal.of(1)));
    for (Consumer<UpdateSchema> other : others) {
      marks.clear();
      assertThat(second(one, other).highestFieldId()).isGreaterThan(100);
    }
    marks.clear();
    assertThat(second(one, one).highestFieldId()).isEqualTo(4);
  }

  @Test
  void nestedTypesAreTakenOverFieldByField() {
    Type list =
        Types.ListType.ofOptional(
            10, Types.StructType.of(NestedField.optional(11, "y", Types.DateType.get())));
    Type more =
        Types.ListType.ofOptional(
            10,
            Types.StructType.of(
                NestedField.optional(11, "y", Types.DateType.get()),
                NestedField.optional(12, "z", Types.DateType.get())));

    Schema schema = second(add("l", list), add("l", more));

    assertThat(schema.findField("l").fieldId()).isEqualTo(4);
    assertThat(schema.findField("l.element").fieldId()).isEqualTo(5);
    assertThat(schema.findField("l.y").fieldId()).isEqualTo(6);
    assertThat(schema.findField("l.z").fieldId()).isGreaterThan(100);
  }

  @Test
  void mapsAndFieldsOfStructsHaveOneIdEach() {
    Type map = Types.MapType.ofRequired(10, 11, Types.StringType.get(), Types.DecimalType.of(9, 2));
    Consumer<UpdateSchema> change = update -> update.addColumn("s", "m", map);

    Schema schema = second(change, change);

    assertThat(schema.findField("s.m").fieldId()).isEqualTo(4);
    assertThat(schema.highestFieldId()).isEqualTo(6);
    assertThat(schema.findField("s.m").type())
        .isEqualTo(
            Types.MapType.ofRequired(5, 6, Types.StringType.get(), Types.DecimalType.of(9, 2)));
  }

  @Test
  void attributesStayAsTheyWere() {
    Consumer<UpdateSchema> change =
        update ->
            update.addRequiredColumn(
                "b", Types.BinaryType.get(), "text", Literal.of(ByteBuffer.wrap(new byte[] {1})));

    Schema schema = second(change, change);

    NestedField expected = with(start, change).schema().findField("b");
    assertThat(schema.findField("b")).isEqualTo(expected);
    assertThat(schema.findField("b").doc()).isEqualTo("text");
  }

  @Test
  void anIdThatTheBranchOnceHadIsNotTakenAgain() {
    TableMetadata added = with(start, add("b", Types.IntegerType.get()));
    note(start, added);
    TableMetadata dropped = with(added, update -> update.deleteColumn("b"));
    TableMetadata again = columns.adopt(dropped, with(dropped, add("b", Types.IntegerType.get())));
    assertThat(again.schema().findField("b").fieldId()).isEqualTo(5);

    note(dropped, again);
    TableMetadata other = elsewhere(start);
    assertThat(
            columns
                .adopt(other, with(other, add("b", Types.IntegerType.get())))
                .schema()
                .findField("b")
                .fieldId())
        .isEqualTo(5);
  }

  /** Nobody would know whether the values of it are wanted. */
  @Test
  void anIdThatABranchDroppedIsTakenByNone() {
    TableMetadata added = with(start, add("b", Types.IntegerType.get()));
    note(start, added);
    TableMetadata renamed = with(added, update -> update.renameColumn("b", "c"));
    note(added, renamed);
    // Its schema is the first again, and no new one.
    TableMetadata dropped = with(renamed, update -> update.deleteColumn("c"));
    note(renamed, dropped);
    TableMetadata other = elsewhere(start);

    TableMetadata alone = columns.adopt(other, with(other, add("b", Types.IntegerType.get())));
    assertThat(alone.schema().findField("b").fieldId()).isEqualTo(101);

    note(other, alone);
    TableMetadata third = StoredMetadata.raised(start, new IdMarks(200, 1000, 0)).metadata();
    assertThat(
            columns
                .adopt(third, with(third, add("b", Types.IntegerType.get())))
                .schema()
                .findField("b")
                .fieldId())
        .isEqualTo(101);
  }

  /** It may be that of another column which is added now. */
  @Test
  void anIdThatWasHandedOutSinceTheTableWasLoadedIsNotTaken() {
    Type struct = Types.StructType.of(NestedField.optional(10, "y", Types.IntegerType.get()));
    Type more =
        Types.StructType.of(
            NestedField.optional(10, "x", Types.IntegerType.get()),
            NestedField.optional(11, "y", Types.IntegerType.get()));
    note(start, with(start, add("t", struct)));
    TableMetadata unaware = with(start, add("t", more));

    assertThat(columns.adopt(start, unaware)).isSameAs(unaware);
  }

  @Test
  void ofTwoColumnsThatOneCommitAddsAlikeTheLaterIsShared() {
    for (int last = 3; last < 40; last++) {
      marks.clear();
      TableMetadata from = StoredMetadata.raised(start, new IdMarks(last, 1000, 0)).metadata();
      TableMetadata dropped =
          with(with(from, add("b", Types.IntegerType.get())), it -> it.deleteColumn("b"));
      note(from, with(dropped, add("b", Types.IntegerType.get())));

      TableMetadata other = elsewhere(start);
      Schema schema = columns.adopt(other, with(other, add("b", Types.IntegerType.get()))).schema();
      assertThat(schema.findField("b").fieldId()).isEqualTo(last + 2);
    }
  }

  @Test
  void aNameMappingFollows() {
    TableMetadata mapped =
        state(
            Map.of(
                TableProperties.DEFAULT_NAME_MAPPING,
                NameMappingParser.toJson(MappingUtil.create(START))));
    Type struct = Types.StructType.of(NestedField.optional(10, "y", Types.DateType.get()));
    TableMetadata first = with(mapped, add("t", struct));
    note(mapped, first);
    TableMetadata other = elsewhere(mapped);

    TableMetadata second = columns.adopt(other, with(other, add("t", struct)));

    assertThat(second.properties()).isEqualTo(first.properties());
    assertThat(second.schema().sameSchema(first.schema())).isTrue();
  }

  /** Marks of this name are in stores; another name forgets all columns that were shared. */
  @Test
  void marksAreNamedByTheDefinition() {
    note(
        start,
        with(start, update -> update.addColumn("s", "b", Types.IntegerType.get(), Literal.of(1))));

    assertThat(marks)
        .containsExactly(
            Map.entry(
                "column-1/7ea242051dc75eb5304352e2a4536e8caa5982bb98e1d092f81473271d850813", 8L));
  }
}
