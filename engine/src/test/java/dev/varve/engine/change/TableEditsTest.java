package dev.varve.engine.change;

import static dev.varve.engine.ingest.IngestFixture.T;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.change.Alteration.AddColumn;
import dev.varve.engine.change.Alteration.DescribeColumn;
import dev.varve.engine.change.Alteration.DropColumn;
import dev.varve.engine.change.Alteration.MakeOptional;
import dev.varve.engine.change.Alteration.MoveColumn;
import dev.varve.engine.change.Alteration.PartitionBy;
import dev.varve.engine.change.Alteration.RenameColumn;
import dev.varve.engine.change.Alteration.SetKey;
import dev.varve.engine.change.Alteration.SetProperties;
import dev.varve.engine.change.Alteration.SortBy;
import dev.varve.engine.change.Alteration.WidenColumn;
import dev.varve.engine.ingest.IngestFixture;
import dev.varve.engine.ingest.IngestMode;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.ingest.ProgressListener;
import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.ScanFile;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.LoadedTable;
import dev.varve.engine.table.WriteOptions;
import dev.varve.engine.write.DataFileWriter;
import dev.varve.engine.write.WrittenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableEditsTest {
  private static final WriteOptions MAIN = LakeFixture.on(RefName.MAIN);

  @TempDir Path directory;
  private IngestFixture lake;
  private TableEdits edits;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
    edits = new TableEdits(lake.lake().tables(), lake::duck);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void onlyFilesWithAffectedRowsAreRewritten() throws Exception {
    lake.append("id,v\n1,a\n2,a\n");
    lake.append("id,v\n3,a\n4,a\n");
    lake.append("id,v\n5,b\n6,b\n");
    Set<String> before = dataFiles();

    ChangeResult result = edits.delete(MAIN, T, "id IN (2, 3)");

    assertThat(result.rowsDeleted()).isEqualTo(2);
    assertThat(result.filesRemoved()).isEqualTo(2);
    Set<String> after = dataFiles();
    assertThat(before.stream().filter(after::contains)).hasSize(1);
    assertThat(lake.rows()).containsExactly("1|a", "4|a", "5|b", "6|b");
    assertThat(lake.lake().headCommit(RefName.MAIN).message()).isEqualTo("delete 2 rows from t");
  }

  @Test
  void anUpdateLeavesTheRowsOfLargeFilesInTheirOrder() throws Exception {
    lake.append("id,v\n-1,a\n");
    lake.append("id,v\n-2,a\n");
    Table table = lake.lake().tables().open(MAIN, T);
    AppendFiles append = table.newAppend();
    try (DuckSession session = lake.duck().trusted()) {
      for (int from : List.of(0, 1_000_000)) {
        String rows =
            "SELECT %d + range AS id, 'row ' || hash(range) AS v FROM range(200000)"
                .formatted(from);
        DataFileWriter writer = new DataFileWriter(table);
        writer.rewrite(session, List.of(rows)).files().forEach(append::appendFile);
      }
    }
    append.commit();

    ChangeResult result = edits.update(MAIN, T, Map.of("v", "v || '!'"), "id % 7 = 0 OR id < 0");

    assertThat(result.filesRemoved()).isEqualTo(4);
    assertThat(result.filesAdded()).isEqualTo(3); // the small ones became one
    try (DuckSession session = lake.duck().trusted()) {
      TableRelation.of(lake.lake().tables().open(MAIN, T)).withPositions().register(session, "t");
      String counts =
          """
          SELECT count(*) FILTER (id < 0),
                 count(*) FILTER (id >= 0 AND id % 1000000 = _pos),
                 count(*) FILTER (ends_with(v, '!') = (id % 7 = 0 OR id < 0))
          FROM t""";
      List<Long> counted =
          session.query(
              counts,
              row ->
                  row.next() ? List.of(row.getLong(1), row.getLong(2), row.getLong(3)) : List.of());
      assertThat(counted).containsExactly(2L, 400_000L, 400_002L);
    }
  }

  @Test
  void aFileWhoseRowsAllGoIsDroppedAndNothingIsWritten() {
    lake.append("id,v\n1,a\n2,a\n");
    lake.append("id,v\n3,b\n");
    int files = lake.files().size();

    ChangeResult result = edits.delete(MAIN, T, "v = 'a'");

    assertThat(result.filesRemoved()).isEqualTo(1);
    assertThat(result.filesAdded()).isZero();
    assertThat(lake.files()).hasSize(files);
    assertThat(lake.rows()).containsExactly("3|b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"id > 100", "v IS NULL", "NULL", "id = NULL", "false"})
  void whatMatchesNothingCommitsNothing(String where) {
    lake.append("id,v\n1,a\n");
    ObjectId head = lake.lake().head(RefName.MAIN);

    assertThat(edits.delete(MAIN, T, where)).isEqualTo(ChangeResult.NONE);
    assertThat(edits.update(MAIN, T, Map.of("v", "'x'"), where)).isEqualTo(ChangeResult.NONE);
    assertThat(lake.lake().head(RefName.MAIN)).isEqualTo(head);
  }

  @Test
  void aRowOfWhichTheConditionIsNullStays() {
    lake.append("id,v\n1,a\n2,\n");
    edits.delete(MAIN, T, "v = 'a'");
    assertThat(lake.rows()).containsExactly("2|null");
    edits.update(MAIN, T, Map.of("id", "id + 1"), "v <> 'z' OR id = 2");
    assertThat(lake.rows()).containsExactly("3|null");
  }

  @Test
  void expressionsSeeTheRowAsItWas() {
    lake.append("a,b\n1,2\n3,4\n");
    ChangeResult result = edits.update(MAIN, T, Map.of("a", "b", "b", "a"), "t.a = 1");
    assertThat(result.rowsAdded()).isEqualTo(1);
    assertThat(lake.rows()).containsExactly("2|1", "3|4");
  }

  @Test
  void otherRowsKeepTheirExactValues() {
    lake.append("id,v\n9223372036854775807,1\n2,2\n");
    edits.update(MAIN, T, Map.of("id", "id * 1.5"), "v = 2");
    assertThat(lake.rows()).containsExactly("3|2", "9223372036854775807|1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "id = (SELECT 1)                   ! subquery",
        "id IN (SELECT id FROM t)          ! subquery",
        "true) OR (id = 1; DROP TABLE t    ! ",
        "true) UNION SELECT (1             ! cannot use",
        "false) OR (true                   ! it is not one expression",
        "id = 1, v = 'a'                   ! a comma separates it into several",
        "id = 1,                           ! a comma separates it into several",
        "row_number() OVER () = 1          ! window",
        "random() > 0.5                    ! function 'random' answers differently",
        "current_setting('threads') = '1'  ! current_setting",
        "idd = 1                           ! there is no column 'idd'",
        "id = 'x'                          ! 'id = 'x'': could not convert string 'x' to INT64",
        "id                                ! it is bigint, not true or false",
        "id + 1                            ! it is bigint, not true or false",
        "v                                 ! it is varchar, not true or false",
        "1                                 ! it is integer, not true or false",
        "'true'                            ! it is varchar, not true or false",
        "id <                              ! cannot use the expression 'id <': it ends too early",
        "id = = 1                          ! 'id = = 1': syntax error at or near \"=\"",
        "                                  ! "
      })
  void whatIsNoConditionOverARowIsRefused(String where, String message) {
    lake.append("id,v\n1,a\n");
    assertThatThrownBy(() -> edits.delete(MAIN, T, where == null ? "" : where))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining(message == null ? "" : message);
    assertThat(lake.rows()).containsExactly("1|a");
  }

  @Test
  void aTagIsNoBranchToWriteTo() {
    lake.append("id,v\n1,a\n");
    RefName v1 = RefName.parse("v1");
    lake.lake().repository().createTag(v1, lake.lake().head(RefName.MAIN), MAIN.author(), "");
    assertThatThrownBy(() -> edits.delete(LakeFixture.on(v1), T, "true"))
        .hasMessage("'v1' is a tag, and a tag never moves");
  }

  @Test
  void aCommentDoesNotSwallowTheStatement() {
    lake.append("id,v\n1,a\n2,b\n");
    edits.delete(MAIN, T, "id = 1 -- the first");
    assertThat(lake.rows()).containsExactly("2|b");
  }

  @Test
  void aValueThatDoesNotFitItsColumnIsNamed() {
    lake.append("id,v\n1,a\n");
    List<Path> files = lake.files();
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("id", "'x'"), "true"))
        .hasMessageContaining("cannot set column 'id', which is bigint, to \"'x'\"");
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("id", "v"), "true"))
        .hasMessageContaining("cannot set column 'id'")
        .hasMessageContaining("could not convert string 'a'");
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("id", "2", "ID", "3"), "true"))
        .hasMessage("column 'id' is set twice");
    assertThat(lake.files()).isEqualTo(files);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'x', id = 7",
        "'x', id",
        "'x',",
        "row('x'), 7",
        "concat('a', 'b'), id /* , */ = 2",
        "('x'), ('y')",
        "'x' -- a comment\n, id = 7"
      })
  void whatSetsTwoColumnsAtOnceIsRefused(String expression) {
    lake.append("id,v\n1,a\n");
    ObjectId head = lake.lake().head(RefName.MAIN);
    for (String column : List.of("v", "id")) {
      assertThatThrownBy(() -> edits.update(MAIN, T, Map.of(column, expression), "id = 1"))
          .isInstanceOfSatisfying(
              VarveException.class,
              e -> {
                assertThat(e)
                    .hasMessageContaining("cannot set column '%s' of 't' to ".formatted(column))
                    .hasMessageEndingWith(": a comma separates it into several expressions");
                assertThat(e.hint().orElseThrow()).contains("--set once for each column");
              });
    }
    assertThat(lake.lake().head(RefName.MAIN)).isEqualTo(head);
  }

  @ParameterizedTest
  @ValueSource(strings = {"('x', id = 7)", "((id, v))", "row('x', 'y')", "()"})
  void aRowOfValuesIsNoValueOfASimpleColumn(String expression) {
    lake.append("id,v\n1,a\n");
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("v", expression), "id = 1"))
        .hasMessageContaining("cannot set column 'v', which is varchar, to ")
        .hasMessageContaining("it is a row of values");
    assertThat(lake.rows()).containsExactly("1|a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "concat('a', ', ', 'b')",
        "'a, b' -- or 'c', d",
        "/* , */ 'a, b'",
        "[v, 'a, b'][2]",
        "CASE WHEN (id, v) = (1, 'a') THEN 'a, b' END",
        "CASE WHEN id IN (1, 2) THEN list_extract(['a, b', 'c'], 1) END",
        "('a, b')"
      })
  void commasWithinAnExpressionAreNoList(String expression) {
    lake.append("id,v\n1,a\n");
    edits.update(MAIN, T, Map.of("v", expression), "id IN (1, 2)");
    assertThat(lake.rows()).containsExactly("1|a, b");
  }

  @Test
  void aStructIsSetToARow() {
    lake.append("id,v\n1,a\n");
    edits.alter(
        MAIN,
        T,
        List.of(
            new AddColumn(
                "s", "struct(a integer, b varchar)", Optional.empty(), Optional.empty())));
    edits.update(MAIN, T, Map.of("s", "(id, v)"), "true");
    assertThat(lake.rows()).containsExactly("1|a|Record(1, a)");
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("s", "2, v = 'b'"), "true"))
        .hasMessageContaining("a comma separates it");
  }

  @Test
  void anUpdateKeepsKeysUnique() {
    keyed("id,v\n1,a\n2,b\n");
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("id", "2"), "id = 1"))
        .hasMessageContaining("have the key '2'");
    edits.update(MAIN, T, Map.of("id", "id + 1"), "true");
    assertThat(lake.rows()).containsExactly("2|a", "3|b");
  }

  @Test
  void nowIsOneMomentForTheWholeStatement() {
    lake.append("id,t\n1,2020-01-01 00:00:00\n2,2120-01-01 00:00:00\n");
    assertThat(edits.delete(MAIN, T, "t < now()::TIMESTAMP").rowsDeleted()).isEqualTo(1);
    edits.update(MAIN, T, Map.of("id", "(random() * 0)::BIGINT + 7"), "true");
    assertThat(lake.rows()).containsExactly("7|2120-01-01T00:00");
  }

  @Test
  void concurrentEditsOfOneFileAllHappen() throws Exception {
    lake.append("id,v\n0,0\n1,0\n2,0\n3,0\n4,0\n5,0\n");
    ExecutorService pool = Executors.newFixedThreadPool(3);
    List<Future<ChangeResult>> results = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int id = i;
      results.add(pool.submit(() -> edits.update(MAIN, T, Map.of("v", "v + 1"), "id = " + id)));
    }
    for (Future<ChangeResult> result : results) {
      assertThat(result.get().rowsAdded()).isEqualTo(1);
    }
    pool.shutdown();
    assertThat(lake.rows()).containsExactly("0|1", "1|1", "2|1", "3|0", "4|0", "5|0");
  }

  @Test
  void aConcurrentAppendIsKeptAndAConcurrentRewriteIsAConflict() {
    lake.append("id,v\n1,a\n2,a\n");
    LoadedTable base = lake.table();
    ScanFile file = files(base).get(0);
    lake.append("id,v\n1,late\n");
    replace(base, file);
    assertThat(lake.rows()).containsExactly("1|late");

    int files = lake.files().size();
    assertThatThrownBy(() -> replace(base, file))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMIT_CONFLICT));
    assertThat(lake.files()).hasSize(files);
  }

  private void replace(LoadedTable base, ScanFile file) {
    new Replacement(
            base,
            List.of(file),
            WrittenFiles.none(base.io()),
            Expressions.alwaysTrue(),
            Replacement.Appends.WELCOME)
        .commit(lake.lake().tables(), MAIN);
  }

  private List<ScanFile> files(LoadedTable table) {
    return TableRelation.of(lake.lake().tables().open(table)).files();
  }

  @Test
  void positionalDeletesAreAppliedAndDroppedWithTheirFile() throws Exception {
    lake.append("id,v\n1,a\n2,a\n3,a\n");
    Table table = lake.lake().open(RefName.MAIN, T);
    DataFile file = files(lake.table()).get(0).file();
    table.newRowDelta().addDeletes(positionDelete(table, file, 1)).commit();
    assertThat(lake.rows()).containsExactly("1|a", "3|a");

    edits.update(MAIN, T, Map.of("v", "'b'"), "id = 3");

    assertThat(lake.rows()).containsExactly("1|a", "3|b");
    assertThat(lake.table().metadata().currentSnapshot().summary())
        .containsEntry("total-delete-files", "0");
  }

  private static DeleteFile positionDelete(Table table, DataFile file, long position)
      throws IOException {
    PositionDeleteWriter<Void> writer =
        Parquet.writeDeletes(
                table.io().newOutputFile(table.locationProvider().newDataLocation("d.parquet")))
            .withSpec(table.spec())
            .overwrite()
            .buildPositionWriter();
    try (writer) {
      writer.write(PositionDelete.<Void>create().set(file.location(), position));
    }
    return FileMetadata.deleteFileBuilder(table.spec())
        .copy(writer.toDeleteFile())
        .withReferencedDataFile(file.location())
        .build();
  }

  @Test
  void aTableIsAlteredInOneCommit() {
    keyed("id,v,w\n1,a,1\n");
    ObjectId before = lake.lake().head(RefName.MAIN);

    edits.alter(
        MAIN,
        T,
        List.of(
            new AddColumn("x", "decimal(10, 2)", Optional.of("id"), Optional.of("the x")),
            new AddColumn("s", "struct(a integer)", Optional.empty(), Optional.empty()),
            new AddColumn("s.b", "varchar", Optional.empty(), Optional.empty()),
            new RenameColumn("V", "name"),
            new DropColumn("w"),
            new DescribeColumn("name", Optional.of("a name")),
            new MoveColumn("name", Optional.empty()),
            new PartitionBy(List.of("bucket(4, id)")),
            new SortBy(List.of("name")),
            new SetProperties(Map.of("owner", "ada"))));

    assertThat(lake.lake().headCommit(RefName.MAIN).parents()).containsExactly(before);
    var metadata = lake.table().metadata();
    assertThat(metadata.schema().columns().stream().map(c -> c.name()))
        .containsExactly("name", "id", "x", "s");
    assertThat(metadata.schema().findField("s.b")).isNotNull();
    assertThat(PartitionText.print(metadata.spec())).containsExactly("bucket(4, id)");
    assertThat(SortText.print(metadata.sortOrder())).containsExactly("name");
    assertThat(metadata.properties()).containsEntry("owner", "ada");
    assertThat(lake.rows()).containsExactly("a|1|null|null");

    lake.append("id,name,x\n2,b,1.5\n");
    edits.update(MAIN, T, Map.of("x", "7"), "id = 1");
    assertThat(lake.rows()).containsExactly("a|1|7.00|null", "b|2|1.50|null");
  }

  @Test
  void aTableGetsAKeyThatItsRowsHave() {
    lake.append("id,user.id,v\n1,1,a\n1,2,b\n");

    edits.alter(MAIN, T, List.of(new SetKey(List.of("id", "user.id"))));

    Schema schema = lake.table().metadata().schema();
    assertThat(schema.identifierFieldNames()).containsExactlyInAnyOrder("id", "user.id");
    assertThat(schema.columns().stream().filter(Types.NestedField::isRequired)).hasSize(2);
    edits.update(MAIN, T, Map.of("v", "'c'"), "id = 1 AND \"user.id\" = 2");
    assertThat(lake.rows()).containsExactly("1|1|a", "1|2|c");
    assertThatThrownBy(() -> edits.update(MAIN, T, Map.of("user.id", "2"), "true"))
        .hasMessageContaining("2 rows of 't' after the update have the key '1', '2'");
  }

  @Test
  void aKeyThatRowsShareOrLackIsRefused() {
    lake.append("id,v,w\n1,a,x\n2,a,\n");
    ObjectId head = lake.lake().head(RefName.MAIN);

    assertThatThrownBy(() -> edits.alter(MAIN, T, List.of(new SetKey(List.of("v")))))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA))
        .hasMessage("key 'v' does not identify rows: 2 rows of 't' have the key 'a'");
    assertThatThrownBy(() -> edits.alter(MAIN, T, List.of(new SetKey(List.of("id", "w")))))
        .hasMessage("key 'id', 'w' does not identify rows: 1 row of 't' has no value for it");

    assertThat(lake.lake().head(RefName.MAIN)).isEqualTo(head);
  }

  @Test
  void aFieldOfAStructMayBeOfTheKey() {
    lake.append("{\"s\": {\"x\": 1, \"y\": 1}}\n{\"s\": {\"x\": 2, \"y\": 1}}\n");

    assertThatThrownBy(() -> edits.alter(MAIN, T, List.of(new SetKey(List.of("s.y")))))
        .hasMessage("key 's.y' does not identify rows: 2 rows of 't' have the key '1'");
    edits.alter(MAIN, T, List.of(new SetKey(List.of("s.x"))));

    Schema schema = lake.table().metadata().schema();
    assertThat(schema.identifierFieldNames()).containsExactly("s.x");
    assertThat(schema.findField("s").isRequired()).isTrue();
  }

  @Test
  void aColumnForLackOfWhichRowsAreDeletedIsOfNoKey() {
    lake.append("id,v\n1,a\n,b\n");
    LakeFixture.deleteByNull(lake.lake().tables().open(MAIN, T), "id");

    assertThatThrownBy(() -> edits.alter(MAIN, T, List.of(new SetKey(List.of("id")))))
        .hasMessageContaining("cannot set the key of 't': equality deletes may delete rows");
  }

  @Test
  void aRowThatCameMeanwhileIsCheckedToo() {
    lake.append("id,v\n1,a\n");
    AtomicBoolean appended = new AtomicBoolean();
    TableEdits slow =
        new TableEdits(
            lake.lake().tables(),
            () -> {
              if (!appended.getAndSet(true)) {
                lake.append("id,v\n1,b\n");
              }
              return lake.duck();
            });

    assertThatThrownBy(() -> slow.alter(MAIN, T, List.of(new SetKey(List.of("id")))))
        .hasMessage("key 'id' does not identify rows: 2 rows of 't' have the key '1'");
    assertThat(lake.table().metadata().schema().identifierFieldIds()).isEmpty();
  }

  @Test
  void aTypeOfALaterFormatSaysHowToGetIt() {
    keyed("id,v\n1,a\n");
    AddColumn nanos = new AddColumn("at", "timestamp_ns", Optional.empty(), Optional.empty());

    assertThatThrownBy(() -> edits.alter(MAIN, T, List.of(nanos)))
        .hasMessageContaining("timestamp_ns is not supported until v3")
        .hasFieldOrPropertyWithValue("code", ErrorCode.INVALID_SCHEMA);

    edits.alter(MAIN, T, List.of(new SetProperties(Map.of("format-version", "3"))));
    edits.alter(MAIN, T, List.of(nanos));
    assertThat(lake.table().metadata().schema().findType("at"))
        .isEqualTo(Types.TimestampNanoType.withoutZone());
  }

  @Test
  void whatCannotBeAlteredSaysWhy() {
    keyed("id,v\n1,a\n");
    ObjectId head = lake.lake().head(RefName.MAIN);
    for (Alteration change :
        List.of(
            new DropColumn("nope"),
            new DropColumn("id"),
            new WidenColumn("v", "integer"),
            new AddColumn("v", "integer", Optional.empty(), Optional.empty()),
            new SetKey(List.of("nope")),
            new PartitionBy(List.of("month(id)")))) {
      assertThatThrownBy(() -> edits.alter(MAIN, T, List.of(change)))
          .as("%s", change)
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isNotEqualTo(ErrorCode.INTERNAL));
    }
    edits.alter(MAIN, T, List.of(new SetKey(List.of()), new MakeOptional("id")));
    assertThat(lake.lake().headCommit(RefName.MAIN).parents()).containsExactly(head);
  }

  /** {@code -Dvarve.seed=N} runs one again. */
  static LongStream seeds() {
    Long one = Long.getLong("varve.seed");
    long first = System.nanoTime() & 0xFFFFFF;
    return one != null ? LongStream.of(one) : LongStream.range(first, first + 3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void behavesLikeAMapOfRows(long seed) {
    Random random = new Random(seed);
    keyed("id,v\n0,0\n");
    TreeMap<Integer, Integer> model = new TreeMap<>(Map.of(0, 0));
    for (int step = 0; step < 12; step++) {
      int id = random.nextInt(30);
      int width = 1 + random.nextInt(8);
      switch (random.nextInt(4)) {
        case 0 -> {
          TreeMap<Integer, Integer> rows = new TreeMap<>();
          for (int i = 0; i < width; i++) {
            rows.put(random.nextInt(30), random.nextInt(1000));
          }
          upsert(rows);
          model.putAll(rows);
        }
        case 1 -> {
          edits.delete(MAIN, T, "id BETWEEN %d AND %d".formatted(id, id + width));
          model.subMap(id, true, id + width, true).clear();
        }
        case 2 -> {
          edits.update(MAIN, T, Map.of("v", "v + 1"), "id >= %d AND v %% 2 = 0".formatted(id));
          model.tailMap(id).replaceAll((k, v) -> v % 2 == 0 ? v + 1 : v);
        }
        default -> {
          int fresh = 100 + step;
          lake.append("id,v\n%d,%d\n".formatted(fresh, step));
          model.put(fresh, step);
        }
      }
      assertThat(lake.rows()).as("step %d", step).containsExactlyElementsOf(text(model));
    }
  }

  private void upsert(Map<Integer, Integer> rows) {
    String csv =
        rows.entrySet().stream()
            .map(row -> row.getKey() + "," + row.getValue() + "\n")
            .collect(Collectors.joining("", "id,v\n", ""));
    lake.ingest().ingest(IngestFixture.text(csv).with(IngestMode.UPSERT), ProgressListener.NONE);
  }

  private static List<String> text(Map<Integer, Integer> rows) {
    return rows.entrySet().stream()
        .map(row -> row.getKey() + "|" + row.getValue())
        .sorted()
        .toList();
  }

  private void keyed(String csv) {
    NewTable layout = new NewTable(List.of("id"), List.of(), List.of());
    lake.ingest().ingest(IngestFixture.text(csv).with(layout), ProgressListener.NONE);
  }

  private Set<String> dataFiles() throws Exception {
    try (CloseableIterable<FileScanTask> tasks =
        lake.lake().tables().open(lake.table()).newScan().planFiles()) {
      Set<String> files = new java.util.TreeSet<>();
      tasks.forEach(task -> files.add(task.file().location()));
      return files;
    }
  }
}
