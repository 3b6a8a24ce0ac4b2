package dev.varve.engine.write;

import static org.apache.iceberg.types.Types.NestedField.optional;
import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.TableRelation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the columns of others are files like any other. */
class DataFileSplicerTest {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              required(1, "id", Types.LongType.get()),
              optional(2, "s", Types.StringType.get()),
              optional(3, "d", Types.DoubleType.get()),
              optional(
                  4,
                  "st",
                  Types.StructType.of(
                      optional(6, "x y", Types.IntegerType.get()),
                      optional(7, "l", Types.ListType.ofOptional(8, Types.StringType.get())))),
              optional(
                  5,
                  "m",
                  Types.MapType.ofOptional(9, 10, Types.StringType.get(), Types.LongType.get()))),
          Set.of(1));

  /** More rows than DuckDB puts in a row group. */
  private static final int ROWS = 130_000;

  @TempDir Path directory;

  @Test
  void filesOfIcebergsWriterKeepTheirIndexesAndFilters() throws IOException {
    Table table =
        table(
            Map.of(
                // Else the row groups of the two files end where their values compress to.
                TableProperties.PARQUET_COMPRESSION,
                "uncompressed",
                TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES,
                "30000",
                TableProperties.PARQUET_PAGE_SIZE_BYTES,
                "5000",
                TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT,
                "1000",
                TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + "s",
                "true"));
    int rows = 20_000;
    DataFile main = written(table, "whole", rows);
    DataFile other = written(table, "other", rows);

    DataFile spliced = splice(table, main, other, Set.of(2, 4));

    requireSpliced(table, spliced, rows);
    try (ParquetFileReader reader = ParquetFooter.reader(Path.of(spliced.location()))) {
      assertThat(reader.getRowGroups()).hasSizeGreaterThan(2);
      for (ColumnChunkMetaData chunk : chunks(reader)) {
        assertThat(reader.readColumnIndex(chunk)).as("%s", chunk).isNotNull();
        assertThat(reader.readOffsetIndex(chunk).getOffset(0))
            .isEqualTo(chunk.getFirstDataPageOffset());
        assertThat(reader.readBloomFilter(chunk) != null)
            .isEqualTo(chunk.getPath().toDotString().equals("s"));
      }
    }
    assertThat(ids(table, spliced, Expressions.equal("s", "other 12345"))).containsExactly(12_345L);
    assertThat(ids(table, spliced, Expressions.equal("id", 12_345L))).containsExactly(12_345L);
  }

  private static List<ColumnChunkMetaData> chunks(ParquetFileReader reader) {
    return reader.getRowGroups().stream().flatMap(group -> group.getColumns().stream()).toList();
  }

  @Test
  void filesOfDuckDbAreSpliced() throws IOException {
    Table table = table(Map.of());
    try (Duck duck = oneThread();
        DuckSession session = duck.trusted()) {
      DataFile main = written(table, session, "whole");
      DataFile other = written(table, session, "other");

      DataFile spliced = splice(table, main, other, Set.of(2, 4));

      requireSpliced(table, spliced, ROWS);
      assertThat(spliced.splitOffsets()).hasSize(2);
      String counted =
          "SELECT count(*) FILTER (s = 'other ' || id AND st.\"x y\" = 5 AND d = id / 4) FROM '%s'"
              .formatted(spliced.location());
      long count = session.query(counted, row -> row.next() ? row.getLong(1) : -1L);
      assertThat(count).isEqualTo(ROWS);
    }
  }

  @Test
  void filesWithOtherRowGroupsAreRefused() throws IOException {
    Table table = table(Map.of());
    DataFile main = written(table, "whole", 10);
    DataFile other = written(table, "other", 11);
    List<Path> before = LocalTable.filesUnder(directory);

    assertThatThrownBy(() -> splice(table, main, other, Set.of(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other row groups");
    assertThat(LocalTable.filesUnder(directory)).isEqualTo(before);
  }

  @Test
  void whatFailsLeavesNothing() throws IOException {
    Table table = table(Map.of());
    DataFile main = written(table, "whole", 10);
    DataFile other = written(table, "other", 10);
    DataFile gone = written(table, "other", 10);
    Files.delete(Path.of(gone.location()));
    List<Path> before = LocalTable.filesUnder(directory);

    assertThatThrownBy(
            () ->
                splice(
                    table,
                    new SplicedFile(main, Map.of(2, other), Optional.empty()),
                    new SplicedFile(main, Map.of(2, gone), Optional.empty())))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("'t'");
    assertThat(LocalTable.filesUnder(directory)).isEqualTo(before);
  }

  private Table table(Map<String, String> properties) {
    return LocalTable.create(
        directory, SCHEMA, PartitionSpec.unpartitioned(), SortOrder.unsorted(), properties);
  }

  /** One thread writes one file, in order. */
  private Duck oneThread() {
    DuckSettings all = DuckSettings.defaults(directory.resolve("spill"));
    return Duck.open(
        new DuckSettings(
            all.memoryBytes(),
            all.queryMemoryBytes(),
            1,
            all.sessions(),
            all.queries(),
            all.patience(),
            all.temp()));
  }

  private static DataFile written(Table table, DuckSession session, String word) {
    int number = word.equals("whole") ? 4 : 5;
    String select =
        """
        SELECT range AS id, '%1$s ' || range AS s, range / %2$d AS d,
               {'x y': %2$d, 'l': ['%1$s', NULL]} AS st, MAP {'%1$s': range} AS m
        FROM range(%3$d)"""
            .formatted(word, number, ROWS);
    List<DataFile> files = new DataFileWriter(table).write(session, select).files();
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static DataFile written(Table table, String word, int rows) throws IOException {
    GenericFileWriterFactory writers = new GenericFileWriterFactory.Builder(table).build();
    String location = table.locationProvider().newDataLocation(word + System.nanoTime());
    DataWriter<Record> writer =
        writers.newDataWriter(
            EncryptedFiles.encryptedOutput(
                table.io().newOutputFile(location), EncryptionKeyMetadata.empty()),
            table.spec(),
            null);
    try (writer) {
      for (long id = 0; id < rows; id++) {
        writer.write(row(word, id));
      }
    }
    return writer.toDataFile();
  }

  private static Record row(String word, long id) {
    int number = word.equals("whole") ? 4 : 5;
    Record struct = GenericRecord.create(SCHEMA.findType("st").asStructType());
    struct.setField("x y", number);
    List<String> list = new ArrayList<>();
    list.add(word);
    list.add(null);
    struct.setField("l", list);
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", id);
    row.setField("s", word + " " + id);
    row.setField("d", (double) id / number);
    row.setField("st", struct);
    row.setField("m", Map.of(word, id));
    return row;
  }

  private DataFile splice(Table table, DataFile main, DataFile other, Set<Integer> columns) {
    Map<Integer, DataFile> others = new TreeMap<>();
    columns.forEach(id -> others.put(id, other));
    return splice(table, new SplicedFile(main, others, Optional.empty())).get(0);
  }

  private List<DataFile> splice(Table table, SplicedFile... wanted) {
    try (Duck duck = oneThread();
        DuckSession session = duck.trusted()) {
      WrittenFiles written = new DataFileSplicer(table).write(session, List.of(wanted));
      assertThat(written.files()).hasSize(wanted.length);
      return written.files();
    }
  }

  /** The columns 2 and 4 of a file are computed: they are read in another. */
  private static SplicedFile computed(Table table, DataFile main, DataFile other) {
    TableRelation relation = TableRelation.of(table, List.of(new ScanFile(other, List.of())));
    return new SplicedFile(
        main,
        Map.of(),
        Optional.of(
            new ComputedColumns(
                List.of(SCHEMA.findField(2), SCHEMA.findField(4)),
                session -> "SELECT st, s FROM " + relation.in(session))));
  }

  @Test
  void computedColumnsStandInTheRowGroupsOfTheFile() throws IOException {
    Table table = table(Map.of());
    try (Duck duck = oneThread();
        DuckSession session = duck.trusted()) {
      DataFile main = written(table, session, "whole");
      DataFile other = written(table, session, "other");

      DataFile spliced = splice(table, computed(table, main, other)).get(0);

      requireSpliced(table, spliced, ROWS);
      assertThat(spliced.splitOffsets()).hasSize(2);
    }
  }

  @Test
  void computedColumnsOfAnotherWritersRowGroup() throws IOException {
    Table table = table(Map.of());
    int rows = 125_001;
    DataFile main = written(table, "whole", rows);
    DataFile other = written(table, "other", rows);

    DataFile spliced = splice(table, computed(table, main, other)).get(0);

    requireSpliced(table, spliced, rows);
    assertThat(spliced.splitOffsets()).hasSize(1);
  }

  @Test
  void computedColumnsThatFailLeaveNothing() throws IOException {
    Table table = table(Map.of());
    DataFile main = written(table, "whole", 10);
    DataFile other = written(table, "other", 11);
    List<Path> before = LocalTable.filesUnder(directory);

    assertThatThrownBy(() -> splice(table, computed(table, main, other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other row groups");
    assertThat(LocalTable.filesUnder(directory)).isEqualTo(before);
  }

  /** Columns 2 and 4 are those of the other file, and manifests say what the footer says. */
  private static void requireSpliced(Table table, DataFile spliced, int rows) throws IOException {
    List<Record> expected = new ArrayList<>();
    for (long id = 0; id < rows; id++) {
      Record row = row("whole", id);
      Record other = row("other", id);
      row.setField("s", other.getField("s"));
      row.setField("st", other.getField("st"));
      expected.add(row);
    }
    try (CloseableIterable<Record> read = read(table, spliced, Expressions.alwaysTrue())) {
      // To tell all differences of so many rows takes an hour, if there are some.
      Iterator<Record> rest = expected.iterator();
      read.forEach(row -> assertThat(row).isEqualTo(rest.hasNext() ? rest.next() : null));
      assertThat(rest).isExhausted();
    }
    Path path = Path.of(spliced.location());
    assertThat(spliced.fileSizeInBytes()).isEqualTo(Files.size(path));
    assertThat(spliced.recordCount()).isEqualTo(rows);
    Metrics metrics =
        ParquetUtil.footerMetrics(
            ParquetFooter.of(path), Stream.of(), MetricsConfig.forTable(table));
    assertThat(spliced.columnSizes()).isEqualTo(metrics.columnSizes());
    assertThat(spliced.valueCounts()).isEqualTo(metrics.valueCounts());
    assertThat(spliced.nullValueCounts()).isEqualTo(metrics.nullValueCounts());
    for (int id : List.of(1, 2, 6)) {
      assertThat(spliced.lowerBounds().get(id)).isEqualTo(metrics.lowerBounds().get(id));
      assertThat(spliced.upperBounds().get(id)).isEqualTo(metrics.upperBounds().get(id));
    }
  }

  private static CloseableIterable<Record> read(Table table, DataFile file, Expression filter) {
    return Parquet.read(table.io().newInputFile(file.location()))
        .project(SCHEMA)
        .filter(filter)
        .createReaderFunc(type -> GenericParquetReaders.buildReader(SCHEMA, type))
        .build();
  }

  /** The ids of the row groups that a filter leaves, of those rows that it is true for. */
  private static List<Long> ids(Table table, DataFile file, Expression filter) throws IOException {
    List<Long> ids = new ArrayList<>();
    try (CloseableIterable<Record> rows = read(table, file, filter)) {
      for (Record row : rows) {
        if (new Evaluator(SCHEMA.asStruct(), filter).eval(row)) {
          ids.add((Long) row.getField("id"));
        }
      }
    }
    return ids;
  }
}
