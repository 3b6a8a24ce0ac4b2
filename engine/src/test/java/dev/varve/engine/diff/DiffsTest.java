package dev.varve.engine.diff;

import static dev.varve.engine.table.LakeFixture.EXP;
import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSettings;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.NamespaceName;
import dev.varve.engine.table.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffsTest {
  @TempDir Path directory;
  private LakeFixture lake;
  private Duck duck;
  private Diffs diffs;

  @BeforeEach
  void open() {
    lake = new LakeFixture(directory);
    duck = Duck.open(DuckSettings.defaults(directory.resolve("spill")));
    diffs = new Diffs(lake.tables(), () -> duck);
  }

  @AfterEach
  void close() {
    duck.close();
    lake.close();
  }

  @Test
  void tablesAreAddedDroppedRenamedAndChanged() {
    TableName dropped = lake.create("a");
    TableName renamed = lake.create("b");
    TableName changed = lake.create("c");
    lake.create("same");
    lake.append(MAIN, dropped, 1, 2, 3);
    ObjectId from = lake.head(MAIN);
    lake.tables().drop(on(MAIN), dropped);
    lake.tables().rename(on(MAIN), renamed, TableName.parse("z"));
    lake.append(MAIN, changed, 1, 2);
    lake.append(MAIN, lake.create("d"), 5);

    DiffReport report = diffs.diff(from, lake.head(MAIN));

    assertThat(report.tables().stream().map(it -> it.table() + " " + it.kind()))
        .containsExactly("a REMOVED", "c CHANGED", "d ADDED", "z RENAMED");
    assertThat(report.tables().get(0).removed().rows()).isEqualTo(3);
    assertThat(report.tables().get(1).added().rows()).isEqualTo(2);
    assertThat(report.tables().get(1).added().sizeBytes()).isPositive();
    assertThat(report.tables().get(2).added().files()).isEqualTo(1);
    assertThat(report.tables().get(3).renamedFrom()).contains(renamed);
    assertThat(diffs.diff(from, from).isEmpty()).isTrue();
  }

  @Test
  void filesAreCountedWhenAWriterLeftNoNumbersInTheSummary() throws IOException {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2);
    String location = lake.tables().loadHead(MAIN, table).metadata().metadataFileLocation();
    Path metadata = lake.warehouse().path(location);
    Path foreign = metadata.resolveSibling("foreign.metadata.json");
    Files.writeString(
        foreign,
        Files.readString(metadata).replaceAll("(\"total-files-size\"):\"\\d+\"", "$1:\"\""));
    lake.tables().registerOver(on(MAIN), table, lake.warehouse().location(foreign));
    assertThat(lake.open(MAIN, table).currentSnapshot().summary())
        .containsEntry("total-files-size", "");
    ObjectId from = lake.head(MAIN);
    lake.tables().drop(on(MAIN), table);

    TableDiff diff = diffs.diff(from, lake.head(MAIN), table).orElseThrow();

    assertThat(diff.removed().files()).isEqualTo(1);
    assertThat(diff.removed().rows()).isEqualTo(2);
    assertThat(diff.removed().sizeBytes()).isPositive();
  }

  @Test
  void theDiffBackwardsIsTheOtherWayRound() {
    TableName table = lake.create("t");
    ObjectId from = lake.head(MAIN);
    lake.append(MAIN, table, 1, 2);

    TableDiff there = diffs.diff(from, lake.head(MAIN), table).orElseThrow();
    TableDiff back = diffs.diff(lake.head(MAIN), from, table).orElseThrow();

    assertThat(back.removed()).isEqualTo(there.added());
    assertThat(back.added()).isEqualTo(there.removed());
  }

  @Test
  void schemaLayoutAndPropertiesAreCompared() {
    TableName table = lake.create("t");
    ObjectId from = lake.head(MAIN);
    lake.open(MAIN, table).updateSchema().addColumn("x", Types.StringType.get()).commit();
    lake.open(MAIN, table).updateSpec().addField(Expressions.bucket("n", 4)).commit();
    lake.open(MAIN, table).updateProperties().set("owner", "ada").commit();

    TableDiff diff = diffs.diff(from, lake.head(MAIN), table).orElseThrow();

    assertThat(diff.schema())
        .containsExactly(new SchemaChange.Added(2, "x", "string", false, Optional.empty()));
    assertThat(diff.layout()).containsOnlyKeys("partition-by");
    assertThat(diff.layout().get("partition-by").after()).contains("bucket(4, n)");
    assertThat(diff.properties())
        .containsEntry("owner", new ValueChange(Optional.empty(), Optional.of("ada")));
    assertThat(diff.added()).isEqualTo(FileCounts.NONE);
  }

  @Test
  void namespacesAreCompared() {
    ObjectId from = lake.head(MAIN);
    lake.tables()
        .namespaces()
        .create(on(MAIN), NamespaceName.parse("sales"), Map.of("owner", "ada"));

    assertThat(diffs.diff(from, lake.head(MAIN)).namespaces())
        .containsExactly(
            new NamespaceDiff(
                NamespaceName.parse("sales"),
                ChangeKind.ADDED,
                new TreeMap<>(
                    Map.of("owner", new ValueChange(Optional.empty(), Optional.of("ada"))))));
  }

  @Test
  void rowsWithoutAKeyAreComparedAsABag() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 1, 2, 3);
    lake.append(MAIN, table, 10, 11);
    ObjectId from = lake.head(MAIN);
    lake.branch(EXP);
    Table exp = lake.open(EXP, table);
    DataFile first = file(exp, 4);
    exp.newOverwrite().deleteFile(first).addFile(LakeFixture.file(exp, 1, 2, 3, 4)).commit();

    RowDiff rows = diffs.rows(from, lake.head(EXP), table, RowPage.first(10));

    assertThat(rows.added()).isEqualTo(1);
    assertThat(rows.removed()).isEqualTo(1);
    assertThat(rows.rows())
        .containsExactly(
            new RowChange(Optional.of("{\"n\":1}"), Optional.empty()),
            new RowChange(Optional.empty(), Optional.of("{\"n\":4}")));
    assertThat(rows.filesRead()).isEqualTo(2);
  }

  @Test
  void rowsWithAKeyHaveABeforeAndAnAfter() {
    TableName table = TableName.parse("k");
    Table main = keyed("k");
    DataFile file = LakeFixture.file(main, records(main, "1a", "2b", "3c"));
    main.newAppend().appendFile(file).commit();
    ObjectId from = lake.head(MAIN);
    main.newOverwrite()
        .deleteFile(file)
        .addFile(LakeFixture.file(main, records(main, "1a", "2z", "4d")))
        .commit();

    RowDiff rows = diffs.rows(from, lake.head(MAIN), table, RowPage.first(10));

    assertThat(rows.rows())
        .containsExactly(
            new RowChange(
                Optional.of("{\"n\":2,\"x\":\"b\"}"), Optional.of("{\"n\":2,\"x\":\"z\"}")),
            new RowChange(Optional.of("{\"n\":3,\"x\":\"c\"}"), Optional.empty()),
            new RowChange(Optional.empty(), Optional.of("{\"n\":4,\"x\":\"d\"}")));
    assertThat(rows.changed()).isEqualTo(1);
    assertThat(rows.total()).isEqualTo(3);
    assertThat(rows.columns()).containsExactly(new ColumnSummary("x", 1, 0, 0));
    assertThat(diffs.rows(from, lake.head(MAIN), table, new RowPage(1, 1)).rows())
        .containsExactly(rows.rows().get(1));
  }

  @Test
  void columnsAreSummedUpOverChangedRows() {
    Table table = keyed("k");
    DataFile file = LakeFixture.file(table, records(table, "1a", "2b", "3", "4d", "5e"));
    table.newAppend().appendFile(file).commit();
    ObjectId from = lake.head(MAIN);
    table
        .newOverwrite()
        .deleteFile(file)
        .addFile(LakeFixture.file(table, records(table, "1", "2z", "3c", "4d", "6f")))
        .commit();

    RowDiff rows = diffs.rows(from, lake.head(MAIN), TableName.parse("k"), RowPage.first(1));

    assertThat(List.of(rows.added(), rows.removed(), rows.changed())).containsExactly(1L, 1L, 3L);
    assertThat(rows.columns()).containsExactly(new ColumnSummary("x", 3, 1, 1));
  }

  @Test
  void rowsThatShareAKeyAreCountedOnce() {
    Table table = keyed("k");
    DataFile file = LakeFixture.file(table, records(table, "1a", "1b", "1c"));
    table.newAppend().appendFile(file).commit();
    ObjectId from = lake.head(MAIN);
    table
        .newOverwrite()
        .deleteFile(file)
        .addFile(LakeFixture.file(table, records(table, "1a", "1z")))
        .commit();

    RowDiff rows = diffs.rows(from, lake.head(MAIN), TableName.parse("k"), RowPage.first(10));

    assertThat(List.of(rows.added(), rows.removed(), rows.changed())).containsExactly(0L, 1L, 1L);
  }

  @Test
  void theOrderOfAMapsEntriesIsNoChangeAndAColumnMayHaveAnyName() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "gone", Types.LongType.get()),
            Types.NestedField.optional(
                2,
                "m",
                Types.MapType.ofOptional(3, 4, Types.StringType.get(), Types.LongType.get())));
    lake.tables()
        .create(
            on(MAIN),
            TableName.parse("maps"),
            schema,
            PartitionSpec.unpartitioned(),
            SortOrder.unsorted(),
            Map.of())
        .commitTransaction();
    Table table = lake.open(MAIN, TableName.parse("maps"));
    DataFile file = LakeFixture.file(table, List.of(mapRow(table, "a", "b")));
    table.newAppend().appendFile(file).commit();
    ObjectId from = lake.head(MAIN);
    table
        .newOverwrite()
        .deleteFile(file)
        .addFile(LakeFixture.file(table, List.of(mapRow(table, "b", "a"))))
        .commit();

    assertThat(
            diffs.rows(from, lake.head(MAIN), TableName.parse("maps"), RowPage.first(10)).total())
        .isZero();
  }

  private static Record mapRow(Table table, String first, String second) {
    Map<String, Long> map = new LinkedHashMap<>();
    map.put(first, (long) first.charAt(0));
    map.put(second, (long) second.charAt(0));
    Record row = GenericRecord.create(table.schema());
    row.setField("gone", 1L);
    row.setField("m", map);
    return row;
  }

  private Table keyed(String name) {
    Schema schema =
        new Schema(
            List.of(
                Types.NestedField.required(1, "n", Types.LongType.get()),
                Types.NestedField.optional(2, "x", Types.StringType.get())),
            Set.of(1));
    TableName table = TableName.parse(name);
    lake.tables()
        .create(
            on(MAIN), table, schema, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of())
        .commitTransaction();
    return lake.open(MAIN, table);
  }

  @Test
  void noFileOutsideTheChangedOnesIsRead() throws IOException {
    TableName table = lake.create("t");
    for (int i = 0; i < 5; i++) {
      lake.append(MAIN, table, i);
    }
    ObjectId from = lake.head(MAIN);
    List<Path> unchanged = dataFiles();
    lake.append(MAIN, table, 100, 101);
    for (Path file : unchanged) {
      Files.delete(file);
    }

    RowDiff rows = diffs.rows(from, lake.head(MAIN), table, RowPage.first(10));

    assertThat(rows.added()).isEqualTo(2);
    assertThat(rows.filesRead()).isEqualTo(1);
    TableDiff diff = diffs.diff(from, lake.head(MAIN), table).orElseThrow();
    assertThat(diff.manifestsRead()).isEqualTo(1);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(lake.warehouse().root())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  @Test
  void deletedRowsOfAFileThatStaysAreRemoved() throws IOException {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2, 3);
    lake.append(MAIN, table, 4);
    ObjectId from = lake.head(MAIN);
    Table main = lake.open(MAIN, table);
    DataFile file = file(main, 3);
    DeleteFile deletes = deletePosition(main, file, 1);
    main.newRowDelta().addDeletes(deletes).commit();

    RowDiff rows = diffs.rows(from, lake.head(MAIN), table, RowPage.first(10));

    assertThat(rows.rows())
        .containsExactly(new RowChange(Optional.of("{\"n\":2}"), Optional.empty()));
    assertThat(rows.filesRead()).isEqualTo(1);
    TableDiff diff = diffs.diff(from, lake.head(MAIN), table).orElseThrow();
    assertThat(diff.added()).isEqualTo(FileCounts.NONE);
    assertThat(diff.addedDeletes().rows()).isEqualTo(1);
  }

  @Test
  void aNewColumnIsNoChangeOfRowsAndOneFilledIsOne() {
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1);
    ObjectId from = lake.head(MAIN);
    lake.open(MAIN, table).updateSchema().addColumn("x", Types.LongType.get()).commit();
    lake.append(MAIN, table, 2);

    assertThat(diffs.rows(from, lake.head(MAIN), table, RowPage.first(10)).rows())
        .containsExactly(new RowChange(Optional.empty(), Optional.of("{\"n\":2,\"x\":null}")));
  }

  @Test
  void rowsAreValidJsonWhateverTheyHold() {
    Schema schema =
        new Schema(
            Types.NestedField.required(1, "n", Types.LongType.get()),
            Types.NestedField.optional(2, "it's", Types.DoubleType.get()),
            Types.NestedField.optional(
                3,
                "m",
                Types.MapType.ofOptional(
                    4,
                    5,
                    Types.StringType.get(),
                    Types.ListType.ofOptional(6, Types.LongType.get()))));
    TableName table = TableName.parse("odd");
    ObjectId from = lake.head(MAIN);
    lake.tables()
        .create(
            on(MAIN), table, schema, PartitionSpec.unpartitioned(), SortOrder.unsorted(), Map.of())
        .commitTransaction();
    Table main = lake.open(MAIN, table);
    Record odd = GenericRecord.create(main.schema());
    odd.setField("n", 1L);
    odd.setField("it's", Double.NaN);
    odd.setField("m", Map.of("a", List.of(1L, 2L)));
    Record none = GenericRecord.create(main.schema());
    none.setField("n", 2L);
    main.newAppend().appendFile(LakeFixture.file(main, List.of(odd, none))).commit();

    assertThat(diffs.rows(from, lake.head(MAIN), table, RowPage.first(10)).rows())
        .extracting(row -> row.after().orElseThrow())
        .containsExactly(
            "{\"n\":1,\"it's\":\"nan\",\"m\":{\"a\":[1,2]}}", "{\"n\":2,\"it's\":null,\"m\":null}");
  }

  @Test
  void allRowsOfAnAddedTableAreAdded() {
    ObjectId from = lake.head(MAIN);
    TableName table = lake.create("t");
    lake.append(MAIN, table, 1, 2);

    assertThat(diffs.rows(from, lake.head(MAIN), table, RowPage.first(1)).added()).isEqualTo(2);
    assertThat(diffs.rows(lake.head(MAIN), from, table, RowPage.first(1)).removed()).isEqualTo(2);
  }

  private static DeleteFile deletePosition(Table table, DataFile file, long position)
      throws IOException {
    OutputFile output =
        table.io().newOutputFile(table.locationProvider().newDataLocation("deletes.parquet"));
    PositionDeleteWriter<Record> writer =
        new GenericFileWriterFactory.Builder(table)
            .build()
            .newPositionDeleteWriter(
                EncryptedFiles.plainAsEncryptedOutput(output), table.spec(), null);
    try (writer) {
      writer.write(PositionDelete.<Record>create().set(file.location(), position));
    }
    return writer.toDeleteFile();
  }

  private static List<Record> records(Table table, String... rows) {
    return Stream.of(rows)
        .<Record>map(
            row -> {
              Record record = GenericRecord.create(table.schema());
              record.setField("n", Long.parseLong(row.substring(0, 1)));
              record.setField("x", row.length() == 1 ? null : row.substring(1));
              return record;
            })
        .toList();
  }

  private static DataFile file(Table table, long rows) {
    for (FileScanTask task : table.newScan().planFiles()) {
      if (task.file().recordCount() == rows) {
        return task.file();
      }
    }
    throw new AssertionError("no file has " + rows + " rows");
  }
}
