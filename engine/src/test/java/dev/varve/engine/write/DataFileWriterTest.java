package dev.varve.engine.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileWriterTest {
  @TempDir Path directory;
  private Duck duck;
  private DuckSession session;

  @BeforeEach
  void open() {
    duck = Duck.open(DuckSettings.defaults(directory.resolve("temp")));
    session = duck.trusted();
  }

  @AfterEach
  void close() {
    session.close();
    duck.close();
  }

  @Test
  void icebergReadsEveryTypeBack() throws Exception {
    Schema schema =
        new Schema(
            optional(1, "b", Types.BooleanType.get()),
            required(2, "i", Types.IntegerType.get()),
            optional(3, "l", Types.LongType.get()),
            optional(4, "f", Types.FloatType.get()),
            optional(5, "d", Types.DoubleType.get()),
            optional(6, "dec", Types.DecimalType.of(9, 2)),
            optional(7, "big", Types.DecimalType.of(38, 4)),
            optional(8, "date", Types.DateType.get()),
            optional(9, "time", Types.TimeType.get()),
            optional(10, "ts", Types.TimestampType.withoutZone()),
            optional(11, "tz", Types.TimestampType.withZone()),
            optional(12, "s", Types.StringType.get()),
            optional(13, "u", Types.UUIDType.get()),
            optional(14, "bin", Types.BinaryType.get()),
            optional(
                15,
                "st",
                Types.StructType.of(
                    optional(16, "x y", Types.IntegerType.get()),
                    optional(17, "l", Types.ListType.ofOptional(18, Types.StringType.get())))),
            optional(
                19,
                "m",
                Types.MapType.ofOptional(20, 21, Types.StringType.get(), Types.DoubleType.get())));
    Table table = table(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted());
    String values =
        """
        SELECT true AS b, 1 AS i, 2 AS l, 1.5 AS f, 2.5 AS d, 3.14 AS "dec", \
        12345678901234567890.1234 AS big, DATE '1969-12-31' AS date, TIME '23:59:59.000001' AS time, \
        TIMESTAMP '1969-12-31 23:59:59.999999' AS ts, TIMESTAMPTZ '2001-01-01 00:00:00+02' AS tz, \
        'é' AS s, '00000000-0000-0001-0000-000000000002' AS u, '\\x00\\xff'::BLOB AS bin, \
        {'x y': 7, 'l': ['a', NULL]} AS st, MAP {'k': 0.5} AS m
        UNION ALL SELECT NULL, 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
        NULL, NULL, NULL
        """;

    append(table, values);

    GenericRecord row = GenericRecord.create(table.schema());
    GenericRecord struct = GenericRecord.create(table.schema().findType("st").asStructType());
    struct.setField("x y", 7);
    struct.setField("l", nullable("a", null));
    Map<String, Object> expected = new HashMap<>();
    expected.put("b", true);
    expected.put("i", 1);
    expected.put("l", 2L);
    expected.put("f", 1.5f);
    expected.put("d", 2.5);
    expected.put("dec", new BigDecimal("3.14"));
    expected.put("big", new BigDecimal("12345678901234567890.1234"));
    expected.put("date", LocalDate.of(1969, 12, 31));
    expected.put("time", LocalTime.parse("23:59:59.000001"));
    expected.put("ts", LocalDateTime.parse("1969-12-31T23:59:59.999999"));
    expected.put("tz", OffsetDateTime.of(2000, 12, 31, 22, 0, 0, 0, ZoneOffset.UTC));
    expected.put("s", "é");
    expected.put("u", new UUID(1, 2));
    expected.put("bin", ByteBuffer.wrap(new byte[] {0, -1}));
    expected.put("st", struct);
    expected.put("m", Map.of("k", 0.5));
    GenericRecord nulls = GenericRecord.create(table.schema());
    nulls.setField("i", 2);
    assertThat(rows(table, Expressions.alwaysTrue()))
        .containsExactlyInAnyOrder(row.copy(expected), nulls);
  }

  @Test
  void metricsAreThoseThatIcebergPrunesBy() throws Exception {
    Schema schema =
        new Schema(
            optional(1, "d", Types.DoubleType.get()),
            optional(2, "s", Types.StringType.get()),
            optional(3, "id", Types.LongType.get()));
    Table table = table(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted());

    WrittenFiles written =
        append(
            table,
            "SELECT * FROM (VALUES ('nan'::DOUBLE, repeat('é', 40), 1), (0.0, 'b', 2), "
                + "(NULL, NULL, 3), (-1.5, 'c', 4)) AS v(d, s, id)");

    DataFile file = written.files().get(0);
    assertThat(file.recordCount()).isEqualTo(4);
    assertThat(file.valueCounts()).containsEntry(1, 4L).containsEntry(2, 4L);
    assertThat(file.nullValueCounts()).containsEntry(1, 1L).containsEntry(2, 1L);
    assertThat(file.nanValueCounts()).containsExactly(Map.entry(1, 1L));
    assertThat(bound(file.lowerBounds(), 1, Types.DoubleType.get())).isEqualTo(-1.5);
    assertThat(bound(file.upperBounds(), 1, Types.DoubleType.get())).isEqualTo(0.0);
    assertThat(bound(file.upperBounds(), 3, Types.LongType.get())).isEqualTo(4L);
    assertThat(bound(file.upperBounds(), 2, Types.StringType.get()).toString())
        .isGreaterThan("é".repeat(16));
    assertThat(file.columnSizes()).containsOnlyKeys(1, 2, 3);
    assertThat(file.splitOffsets()).isNotEmpty();
    assertThat(rows(table, Expressions.greaterThan("id", 4L))).isEmpty();
  }

  /** Else the bytes of a column that an update leaves alone would not be what they were. */
  @Test
  void rowsThatAreReadAndWrittenAgainHaveTheSameBytes() throws Exception {
    Schema schema =
        new Schema(
            required(1, "id", Types.LongType.get()),
            optional(2, "s", Types.StringType.get()),
            optional(3, "d", Types.DoubleType.get()));
    Table table = table(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted());
    DataFile first =
        append(table, "SELECT range AS id, 'x' AS s, range / 4 AS d FROM range(100)")
            .files()
            .get(0);
    DataFile second =
        append(table, "SELECT id, s, d FROM '" + first.location() + "'").files().get(0);

    try (ChunkedFile was = ChunkedFile.open(Path.of(first.location()));
        ChunkedFile is = ChunkedFile.open(Path.of(second.location()))) {
      for (int id : was.columns().keySet()) {
        assertThat(was.hasColumnOf(is, id)).as("column %d", id).isTrue();
      }
    }
  }

  @Test
  void rowsOfASortedTableAreInOrderInEachFile() throws Exception {
    Schema schema =
        new Schema(
            optional(1, "p", Types.IntegerType.get()), optional(2, "v", Types.LongType.get()));
    PartitionSpec spec = PartitionSpec.builderFor(schema).identity("p").build();
    SortOrder order = SortOrder.builderFor(schema).desc("v").build();
    Table table = table(schema, spec, order);

    WrittenFiles written =
        append(
            table,
            "SELECT i % 3 AS p, CASE WHEN i % 1000 = 0 THEN NULL ELSE hash(i) >> 2 END AS v "
                + "FROM range(400000) t(i)");

    assertThat(written.files()).hasSize(3).allMatch(file -> file.sortOrderId() == 1);
    for (DataFile file : written.files()) {
      assertThat(outOfOrder(file, "v > before OR (v IS NOT NULL AND before IS NULL)")).isZero();
    }
  }

  @Test
  void aLargeResultIsCutIntoFilesOfTheTargetSizeAndStaysSorted() throws Exception {
    Schema schema = new Schema(optional(1, "v", Types.LongType.get()));
    SortOrder order = SortOrder.builderFor(schema).asc("v").build();
    Map<String, String> target = Map.of("write.target-file-size-bytes", "1000000");
    Table table =
        LocalTable.create(directory, schema, PartitionSpec.unpartitioned(), order, target);

    WrittenFiles written = append(table, "SELECT hash(i) >> 2 AS v FROM range(500000) t(i)");

    assertThat(written.files().size()).isBetween(3, 6);
    assertThat(written.rows()).isEqualTo(500_000);
    for (DataFile file : written.files()) {
      assertThat(outOfOrder(file, "v < before")).isZero();
    }
  }

  @Test
  void filesAreCompressedAsTheTableSays() throws Exception {
    assertThat(codecs(Map.of())).containsOnly("ZSTD");
    for (String codec : List.of("ZSTD", "SNAPPY", "GZIP", "BROTLI", "LZ4_RAW", "UNCOMPRESSED")) {
      assertThat(codecs(Map.of("write.parquet.compression-codec", codec.toLowerCase(Locale.ROOT))))
          .containsOnly(codec);
    }
  }

  @Test
  void theLevelOfCompressionIsTheTables() throws Exception {
    long fast = written(Map.of("write.parquet.compression-level", "1")).bytes();
    long small = written(Map.of("write.parquet.compression-level", "19")).bytes();
    assertThat(small).isLessThan(fast);
  }

  @Test
  void aCompressionThatThereIsNotIsRefused() {
    assertThatThrownBy(() -> written(Map.of("write.parquet.compression-codec", "lzo")))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("'write.parquet.compression-codec' is 'lzo'")
        .hasMessageContaining("snappy");
    for (String level : List.of("0", "23", "high")) {
      assertThatThrownBy(() -> written(Map.of("write.parquet.compression-level", level)))
          .isInstanceOf(VarveException.class)
          .hasMessageContaining("'" + level + "'")
          .hasMessageContaining("1 (fastest) to 22");
    }
  }

  private WrittenFiles written(Map<String, String> properties) throws Exception {
    Schema schema = new Schema(optional(1, "v", Types.StringType.get()));
    Table table =
        LocalTable.create(
            Files.createTempDirectory(directory, "table"),
            schema,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            properties);
    return append(table, "SELECT 'row ' || i * 7919 % 1009 AS v FROM range(50000) t(i)");
  }

  private List<String> codecs(Map<String, String> properties) throws Exception {
    String file = written(properties).files().get(0).location();
    return session.query(
        "SELECT DISTINCT compression FROM parquet_metadata('%s')".formatted(file),
        rows -> {
          List<String> found = new ArrayList<>();
          while (rows.next()) {
            found.add(rows.getString(1));
          }
          return found;
        });
  }

  @Test
  void noRowsMakeNoFile() throws Exception {
    Schema schema = new Schema(optional(1, "v", Types.LongType.get()));
    for (SortOrder order :
        List.of(SortOrder.unsorted(), SortOrder.builderFor(schema).asc("v").build())) {
      Table table = table(schema, PartitionSpec.unpartitioned(), order);
      assertThat(write(table, "SELECT 1 AS v WHERE false").files()).isEmpty();
      assertThat(LocalTable.filesUnder(directory)).isEmpty();
    }
  }

  @Test
  void aFailedWriteLeavesNothing() {
    Schema schema =
        new Schema(
            required(1, "v", Types.LongType.get()), optional(2, "p", Types.IntegerType.get()));
    PartitionSpec spec = PartitionSpec.builderFor(schema).identity("p").build();
    Table table = table(schema, spec, SortOrder.unsorted());
    String lastRowIsNull =
        "SELECT CASE WHEN i < 299999 THEN i END AS v, (i % 5)::INTEGER AS p FROM range(300000) t(i)";

    assertThatThrownBy(() -> write(table, lastRowIsNull))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("column 'v' is required");
    assertThat(LocalTable.filesUnder(directory)).isEmpty();
  }

  @Test
  void discardedFilesAreGone() throws Exception {
    Schema schema = new Schema(optional(1, "v", Types.LongType.get()));
    Table table = table(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted());
    WrittenFiles written = write(table, "SELECT 1 AS v");
    assertThat(LocalTable.filesUnder(directory)).hasSize(1);

    written.discard();

    assertThat(LocalTable.filesUnder(directory)).isEmpty();
  }

  @Test
  void aFileThatCannotBeDeletedDoesNotHideWhyItShouldBe() throws Exception {
    Schema schema = new Schema(optional(1, "v", Types.LongType.get()));
    Table table = table(schema, PartitionSpec.unpartitioned(), SortOrder.unsorted());
    WrittenFiles written = write(table, "SELECT 1 AS v");
    Path file = LocalTable.filesUnder(directory).iterator().next();
    Files.delete(file);
    Files.createDirectories(file.resolve("in the way"));
    IllegalStateException why = new IllegalStateException("the branch moved");

    assertThat(written.discardAfter(why)).isSameAs(why);

    assertThat(why.getSuppressed()).hasSize(1);
  }

  @Test
  void aLocationIsTakenAsItIsWritten() {
    Schema schema = new Schema(optional(1, "v", Types.LongType.get()));
    Path odd = directory.resolve("a b%20c");
    Table table =
        LocalTable.create(
            Path.of("file:" + odd),
            schema,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of());

    write(table, "SELECT 1 AS v");

    assertThat(LocalTable.filesUnder(odd)).hasSize(1);
  }

  private Table table(Schema schema, PartitionSpec spec, SortOrder order) {
    return LocalTable.create(directory, schema, spec, order, Map.of());
  }

  private WrittenFiles write(Table table, String select) {
    return new DataFileWriter(table).write(session, select);
  }

  private WrittenFiles append(Table table, String select) {
    WrittenFiles written = write(table, select);
    var append = table.newAppend();
    written.files().forEach(append::appendFile);
    append.commit();
    return written;
  }

  private static List<Record> rows(Table table, Expression filter) throws Exception {
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> read = IcebergGenerics.read(table).where(filter).build()) {
      read.forEach(rows::add);
    }
    return rows;
  }

  private long outOfOrder(DataFile file, String wrong) {
    String sql =
        "SELECT count(*) FROM (SELECT v, lag(v) OVER (ORDER BY file_row_number) AS before, "
            + "file_row_number FROM read_parquet('%s', file_row_number = true)) "
            + "WHERE file_row_number > 0 AND (%s)";
    return session.query(
        sql.formatted(file.location(), wrong),
        rows -> {
          rows.next();
          return rows.getLong(1);
        });
  }

  private static Object bound(Map<Integer, ByteBuffer> bounds, int id, Type type) {
    return Conversions.fromByteBuffer(type, bounds.get(id));
  }

  private static List<Object> nullable(Object... values) {
    List<Object> list = new ArrayList<>();
    for (Object value : values) {
      list.add(value);
    }
    return list;
  }
}
