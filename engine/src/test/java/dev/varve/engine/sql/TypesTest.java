package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypesTest {
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 3, 8, 2, 30, 0, 123_456_000);

  private static final Schema ALL =
      new Schema(
          optional(1, Types.BooleanType.get()),
          optional(2, Types.IntegerType.get()),
          optional(3, Types.LongType.get()),
          optional(4, Types.FloatType.get()),
          optional(5, Types.DoubleType.get()),
          optional(6, Types.DecimalType.of(9, 2)),
          optional(7, Types.DecimalType.of(38, 10)),
          optional(8, Types.DateType.get()),
          optional(9, Types.TimeType.get()),
          optional(10, Types.TimestampType.withoutZone()),
          optional(11, Types.TimestampType.withZone()),
          optional(12, Types.StringType.get()),
          optional(13, Types.UUIDType.get()),
          optional(14, Types.FixedType.ofLength(3)),
          optional(15, Types.BinaryType.get()));

  private static final List<Object> VALUES =
      List.of(
          true,
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          -0.5f,
          1e300,
          new BigDecimal("-1234567.89"),
          new BigDecimal("1234567890123456789012345678.0123456789"),
          LocalDate.of(1969, 12, 31),
          LocalTime.of(23, 59, 59, 999_999_000),
          TIME,
          TIME.atOffset(ZoneOffset.UTC),
          "zoë \u0001 '\"\\",
          UUID.fromString("f79c3e09-677c-4bbd-a479-3f349cb785e7"),
          new byte[] {0, -1, 7},
          ByteBuffer.wrap(new byte[] {1, 0, 2}));

  @TempDir Path directory;
  private Duck duck;
  private DuckSession session;

  private static NestedField optional(int id, Type type) {
    return NestedField.optional(id, "c" + id, type);
  }

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
  void everyTypeIsReadAsIcebergWroteIt() {
    TestTable all = TestTable.create(directory.resolve("t"), ALL);
    all.append(all.row(VALUES.toArray()), all.row());
    assertReadsAsIceberg(all);
  }

  /** As Hive leaves it: the file lacks the column, its partition in the manifest has the value. */
  @Test
  void everyTypeIsReadFromAnIdentityPartitionThatTheFileLacks() {
    for (int i = 0; i < VALUES.size(); i++) {
      NestedField column = ALL.columns().get(i);
      Schema schema = new Schema(NestedField.optional(100, "id", Types.IntegerType.get()), column);
      PartitionSpec spec = PartitionSpec.builderFor(schema).identity(column.name()).build();
      TestTable table = TestTable.create(directory.resolve("p" + i), schema, spec, 2);
      table.table().newAppend().appendFile(withoutColumn(table, VALUES.get(i))).commit();
      table.table().newAppend().appendFile(withoutColumn(table, null)).commit();
      assertReadsAsIceberg(table);
    }
  }

  private DataFile withoutColumn(TestTable table, Object value) {
    Record row = table.row(1, value);
    DataFile whole = table.write(row);
    session.execute(
        "COPY (SELECT 1::INTEGER AS id) TO %s (FORMAT parquet, FIELD_IDS {id: 100})"
            .formatted(SqlText.literal(whole.location())));
    return DataFiles.builder(table.table().spec())
        .withPath(whole.location())
        .withPartition(whole.partition())
        .withFileSizeInBytes(Path.of(whole.location()).toFile().length())
        .withRecordCount(1)
        .build();
  }

  @Test
  void nestedTypesAreReadAsIcebergWroteThem() {
    Types.StructType inner = Types.StructType.of(optional(11, Types.DoubleType.get()));
    Schema nested =
        new Schema(
            NestedField.optional(1, "s", Types.StructType.of(NestedField.optional(5, "in", inner))),
            NestedField.optional(2, "l", Types.ListType.ofOptional(6, Types.StringType.get())),
            NestedField.optional(
                3,
                "m",
                Types.MapType.ofOptional(7, 8, Types.IntegerType.get(), Types.LongType.get())));
    TestTable table = TestTable.create(directory.resolve("n"), nested);
    Record in = TestTable.row(new Schema(inner.fields()), 1.5);
    Record s = TestTable.row(new Schema(nested.findType("s").asStructType().fields()), in);
    table.append(
        table.row((Object) s, Arrays.asList("a", null, ""), Map.of(1, 2L)),
        table.row((Object) null, List.of(), Map.of()),
        table.row());
    assertReadsAsIceberg(table);
  }

  private void assertReadsAsIceberg(TestTable table) {
    TableRelation.of(table.table()).register(session, "t");
    List<String> columns = new ArrayList<>();
    for (NestedField column : table.table().schema().columns()) {
      columns.add(SqlText.name(column.name()));
    }
    assertThat(instants(Rows.of(session, "SELECT " + String.join(", ", columns) + " FROM t")))
        .containsExactlyInAnyOrderElementsOf(instants(Rows.of(table)));
  }

  /** DuckDB's driver gives timestamps with a zone in the zone of this process. */
  private static List<List<Object>> instants(List<List<Object>> rows) {
    return rows.stream()
        .map(
            row ->
                row.stream()
                    .map(v -> v instanceof java.time.OffsetDateTime time ? time.toInstant() : v)
                    .collect(java.util.stream.Collectors.toCollection(ArrayList<Object>::new)))
        .<List<Object>>map(row -> row)
        .toList();
  }
}
