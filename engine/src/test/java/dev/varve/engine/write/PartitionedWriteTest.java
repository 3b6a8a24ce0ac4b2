package dev.varve.engine.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.StructLikeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every transform of every type, against Iceberg's own. */
class PartitionedWriteTest {
  private static final String LONGS = "(hash(i) // 2)::BIGINT - 4611686018427387904";
  private static final String WHEN = "(hash(i) % 200000000000000000)::BIGINT - 100000000000000000";
  private static final String TEXT =
      "repeat(chr(97 + (i % 3)::INTEGER), (i % 5)::INTEGER) || "
          + "['/a b=', 'é😀x', '', 'e\u0301', '__HIVE_DEFAULT_PARTITION__', "
          + "repeat('long', 100)][1 + i % 6]";

  @TempDir Path directory;

  private record Column(Type type, String sql) {
    @Override
    public String toString() {
      return type.toString();
    }
  }

  private static final Column INT =
      new Column(Types.IntegerType.get(), "((hash(i) % 4294967296)::BIGINT - 2147483648)::INTEGER");
  private static final Column SMALL = new Column(Types.IntegerType.get(), "(i - 30)::INTEGER");
  private static final Column LONG = new Column(Types.LongType.get(), LONGS);
  private static final Column DECIMAL =
      new Column(Types.DecimalType.of(12, 3), "((i * 7919 % 100000) - 50000)::DECIMAL(12,3) / 8");
  private static final Column BIG_DECIMAL =
      new Column(
          Types.DecimalType.of(38, 10),
          "(" + LONGS + ")::DECIMAL(38,10) + 0.0000000001 * (i % 50 - 25)");
  private static final Column DATE =
      new Column(Types.DateType.get(), "DATE '1970-01-01' + ((hash(i) % 60000)::INTEGER - 30000)");
  private static final Column TIME =
      new Column(
          Types.TimeType.get(),
          "TIME '00:00:00' + to_microseconds((hash(i) % 86400000000)::BIGINT)");
  private static final Column TIMESTAMP =
      new Column(Types.TimestampType.withoutZone(), "make_timestamp(" + WHEN + ")");
  private static final Column TIMESTAMP_TZ =
      new Column(Types.TimestampType.withZone(), "make_timestamp(" + WHEN + ") AT TIME ZONE 'UTC'");
  private static final Column NANOS =
      new Column(
          Types.TimestampNanoType.withoutZone(),
          "make_timestamp_ns((hash(i) % 2000000000000000)::BIGINT - 1000000000000000)");
  private static final Column STRING = new Column(Types.StringType.get(), TEXT);
  private static final Column UUID =
      new Column(Types.UUIDType.get(), "md5((i % 40)::VARCHAR)::UUID");
  private static final Column BINARY =
      new Column(
          Types.BinaryType.get(), "unhex(left(md5((i % 40)::VARCHAR), 2 * (i % 7)::INTEGER))");
  private static final Column BOOLEAN = new Column(Types.BooleanType.get(), "i % 2 = 0");

  static Stream<Arguments> transforms() {
    List<Arguments> cases = new ArrayList<>();
    for (Column column :
        List.of(
            SMALL,
            DECIMAL,
            STRING,
            BINARY,
            UUID,
            BOOLEAN,
            new Column(DATE.type(), "DATE '1970-01-01' + (i - 30)::INTEGER"))) {
      cases.add(Arguments.of(column, "identity"));
    }
    for (Column column :
        List.of(
            INT,
            LONG,
            DECIMAL,
            BIG_DECIMAL,
            DATE,
            TIME,
            TIMESTAMP,
            TIMESTAMP_TZ,
            NANOS,
            STRING,
            UUID,
            BINARY)) {
      cases.add(Arguments.of(column, "bucket[16]"));
    }
    for (Column column : List.of(SMALL, DECIMAL, STRING, BINARY)) {
      cases.add(Arguments.of(column, "truncate[3]"));
    }
    cases.add(Arguments.of(LONG, "truncate[2000000000]"));
    for (Column column : List.of(DATE, TIMESTAMP, TIMESTAMP_TZ, NANOS)) {
      for (String transform : List.of("year", "month", "day")) {
        cases.add(Arguments.of(column, transform));
      }
    }
    for (Column column : List.of(TIMESTAMP, TIMESTAMP_TZ, NANOS)) {
      cases.add(Arguments.of(column, "hour"));
    }
    cases.add(Arguments.of(STRING, "void"));
    return cases.stream();
  }

  @ParameterizedTest(name = "{1} of {0}")
  @MethodSource("transforms")
  void rowsLieInThePartitionThatIcebergSays(Column column, String transform) throws Exception {
    Schema schema =
        new Schema(
            optional(1, "i", Types.LongType.get()),
            optional(2, "s", Types.StructType.of(optional(3, "source \"col\"", column.type()))));
    PartitionSpec spec =
        PartitionSpecParser.fromJson(
            schema,
            "{\"spec-id\":0,\"fields\":[{\"name\":\"p\",\"transform\":\"%s\",\"source-id\":3,\"field-id\":1000}]}"
                .formatted(transform));
    Table table =
        LocalTable.create(
            directory, schema, spec, SortOrder.unsorted(), Map.of("format-version", "3"));
    String select =
        "SELECT i, {'source \"col\"': CASE WHEN i % 17 <> 0 THEN "
            + column.sql()
            + " END} AS s "
            + "FROM range(60) t(i)";

    List<DataFile> files;
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("temp")));
        DuckSession session = duck.trusted()) {
      files = new DataFileWriter(table).write(session, select).files();
    }

    StructLikeSet partitions = StructLikeSet.create(table.spec().partitionType());
    Set<Object> seen = new HashSet<>();
    PartitionKey key = new PartitionKey(table.spec(), table.schema());
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    for (DataFile file : files) {
      assertThat(partitions.add(file.partition())).as("one file per partition").isTrue();
      for (Record row : rows(table.schema(), file)) {
        key.partition(wrapper.wrap(row));
        assertThat(equal(table, key, file.partition())).as(() -> row + " in " + file).isTrue();
        seen.add(row.getField("i"));
      }
    }
    assertThat(seen).hasSize(60);
  }

  @Test
  void manyPartitionsOfSeveralFieldsAreWrittenAndPruned() throws Exception {
    Schema schema =
        new Schema(
            optional(1, "id", Types.LongType.get()),
            optional(2, "at", Types.TimestampType.withoutZone()));
    PartitionSpec spec =
        PartitionSpec.builderFor(schema).bucket("id", 8).month("at").identity("id").build();
    Table table = LocalTable.create(directory, schema, spec, SortOrder.unsorted(), Map.of());
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("temp")));
        DuckSession session = duck.trusted()) {
      List<DataFile> files =
          new DataFileWriter(table)
              .write(
                  session,
                  "SELECT i % 60 AS id, TIMESTAMP '2001-01-01' + to_days((i % 90)::INTEGER) AS at "
                      + "FROM range(5000) t(i)")
              .files();
      var append = table.newAppend();
      files.forEach(append::appendFile);
      append.commit();
    }

    try (var tasks = table.newScan().filter(Expressions.equal("id", 7L)).planFiles()) {
      assertThat(tasks)
          .isNotEmpty()
          .allSatisfy(task -> assertThat(task.file().partition().get(2, Long.class)).isEqualTo(7L));
    }
  }

  @Test
  void aColumnThatWasWidenedSinceIsTruncatedAsItIsNow() {
    Schema schema = new Schema(optional(1, "n", Types.IntegerType.get()));
    PartitionSpec spec = PartitionSpec.builderFor(schema).truncate("n", 10).build();
    Table table = LocalTable.create(directory, schema, spec, SortOrder.unsorted(), Map.of());
    table.updateSchema().updateColumn("n", Types.LongType.get()).commit();
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("temp")));
        DuckSession session = duck.trusted()) {
      List<DataFile> files =
          new DataFileWriter(table).write(session, "SELECT 4294967307 AS n").files();

      assertThat(files.get(0).partition().get(0, Long.class)).isEqualTo(4294967300L);
    }
  }

  private static boolean equal(Table table, StructLike left, StructLike right) {
    StructLikeSet one = StructLikeSet.create(table.spec().partitionType());
    one.add(right);
    return one.contains(left);
  }

  private static CloseableIterable<Record> rows(Schema schema, DataFile file) {
    return Parquet.read(Files.localInput(file.location()))
        .project(schema)
        .createReaderFunc(type -> GenericParquetReaders.buildReader(schema, type))
        .build();
  }
}
