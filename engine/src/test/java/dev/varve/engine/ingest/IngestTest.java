package dev.varve.engine.ingest;

import static dev.varve.engine.ingest.IngestFixture.T;
import static dev.varve.engine.ingest.IngestFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.ingest.IngestRequest.NewTable;
import dev.varve.engine.layout.PartitionText;
import dev.varve.engine.layout.SortText;
import dev.varve.engine.layout.TypeText;
import dev.varve.engine.query.QueryLimits;
import dev.varve.engine.query.Sql;
import dev.varve.engine.query.SqlQuery;
import dev.varve.engine.table.LakeFixture;
import dev.varve.engine.table.TableName;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestTest {
  @TempDir Path directory;
  private IngestFixture lake;

  @BeforeEach
  void open() {
    lake = new IngestFixture(directory);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void everyFormatIsFoundOutAndRead(FileFormat format) throws Exception {
    String rows = "SELECT i AS id, 'n' || i AS name FROM range(3) t(i)";
    Path file =
        switch (format) {
          case PARQUET -> lake.copy(rows, "FORMAT parquet");
          case CSV -> lake.copy(rows, "FORMAT csv, HEADER");
          case JSON -> lake.copy(rows, "FORMAT json, ARRAY true");
          case JSON_LINES -> lake.copy(rows, "FORMAT json");
          case ARROW -> arrow(true);
        };

    IngestResult result = append(file);

    assertThat(result.format()).isEqualTo(format);
    assertThat(result.rows()).isEqualTo(3);
    assertThat(result.created()).isTrue();
    assertThat(result.commit()).isPresent();
    assertThat(lake.rows()).containsExactly("0|n0", "1|n1", "2|n2");
    assertThat(types()).containsExactly("bigint", "varchar");
  }

  @Test
  void anArrowStreamIsReadAsAnArrowFileIs() throws Exception {
    assertThat(append(arrow(false)).format()).isEqualTo(FileFormat.ARROW);
    assertThat(lake.rows()).containsExactly("0|n0", "1|n1", "2|n2");
  }

  @Test
  void filesThatAreAddedLaterLieApartFromTheTablesLocationToo() {
    lake.append("a,b\n1,x\n");
    lake.append("a,b\n2,y\n");

    assertThat(lake.files()).hasSize(2).allMatch(file -> file.toString().contains("/lake/data/"));
  }

  @Test
  void creatingAndFillingATableIsOneCommit() {
    ObjectId before = lake.lake().head(RefName.MAIN);
    lake.append("a,b\n1,x\n");
    assertThat(lake.lake().headCommit(RefName.MAIN).parents()).containsExactly(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "a,b%1,x%        ! bigint, varchar ! 1|x",
        "a;b%1;\"x;y\"%  ! bigint, varchar ! 1|x;y",
        "a|b%2020-01-02|1.5% ! date, double ! 2020-01-02|1.5",
        "a,b%00501,%     ! varchar, varchar ! 00501|null",
        "a,b%# no comment,true% ! varchar, boolean ! # no comment|true"
      })
  void csvIsTakenApartAsItIsWritten(String csv, String types, String row) {
    String content = csv.replace('%', '\n');
    lake.append(content);
    assertThat(String.join(", ", types())).isEqualTo(types);
    assertThat(lake.rows()).containsExactly(row);
  }

  @Test
  void typesOfCsvHoldForTheLastRowToo() {
    StringBuilder csv = new StringBuilder("id,v\n");
    for (int i = 0; i < 100_000; i++) {
      csv.append(i).append(',').append(i).append('\n');
    }
    csv.append("x,1.5\n");
    assertThat(lake.append(csv.toString()).rows()).isEqualTo(100_001);
    assertThat(types()).containsExactly("varchar", "double");
  }

  @Test
  void jsonKeepsNestedValuesAndWholeNumbers() {
    lake.append(
        """
        {"n": 1, "s": {"a": [1, 2]}, "big": 9223372036854775807}
        {"n": -1, "s": {"a": []}, "big": -1}
        {"s": null, "mixed": 1}
        {"mixed": "x"}
        """);
    assertThat(types()).containsExactly("bigint", "struct(a bigint[])", "bigint", "varchar");
    assertThat(lake.rows()).contains("1|Record([1, 2])|9223372036854775807|null");
    assertThat(lake.rows()).contains("null|null|null|x", "null|null|null|1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "id,v%1,2%x,3%          ! line 3: 'x' in column 'id' does not fit bigint",
        "id,v%1,2%3%            ! line 3: it has 1 values, but the file has 2 columns",
        "id,v%1,2%3,4,5%        ! line 3: it has 3 values, but the file has 2 columns",
        "id,v%1,2%3,\"4%        ! line 3: a quoted value is not closed",
        "id,w%1,2%              ! no column 'w'",
        "{\"id\":1}%{\"id\":2 \"v\":1}%     ! line 2: broken JSON at column",
        "{\"id\":1}%%{\"id\":\"x\"}%        ! line 3: 'x' in column 'id' does not fit bigint",
        "{\"id\":1}%{\"id\":1.5}%           ! line 2: '1.5' in column 'id' does not fit bigint",
        "{\"id\":1}%{\"id\":2%               ! line 2: broken JSON at column 8: the object is not closed",
        "{\"id\":1}%5%                      ! line 2: a JSON object is expected",
        "[{\"id\":1},%{\"id\":2%            ! line",
        "[1, 2]                             ! line 1: a JSON object is expected"
      })
  void aRowThatDoesNotFitIsNamedAndNothingStays(String content, String message) {
    lake.append("id,v\n0,0\n");
    List<Path> before = lake.files();
    ObjectId head = lake.lake().head(RefName.MAIN);

    assertThatThrownBy(() -> lake.append(content.replace('%', '\n')))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> assertThat(e.code()).isIn(ErrorCode.INVALID_DATA, ErrorCode.INVALID_SCHEMA))
        .hasMessageContaining(message);
    assertThat(lake.files()).isEqualTo(before);
    assertThat(lake.lake().head(RefName.MAIN)).isEqualTo(head);
  }

  @Test
  void theLineOfABadValueFarDownIsExact() {
    lake.append("id,v\n0,0\n");
    StringBuilder csv = new StringBuilder("id,v\n");
    for (int i = 0; i < 300_000; i++) {
      csv.append(i == 250_000 ? "oops" : String.valueOf(i)).append(",7\n");
    }
    String text = csv.toString();
    assertThatThrownBy(() -> lake.append(text))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e.details()).containsEntry("line", "250002");
              assertThat(e.details()).containsEntry("column", "id");
              assertThat(e.details()).containsEntry("value", "oops");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n\t\n"})
  void anEmptyFileIsRefused(String content) {
    assertThatThrownBy(() -> lake.append(content))
        .isInstanceOf(VarveException.class)
        .hasMessageContaining("the file is empty");
    assertThat(lake.files()).isEmpty();
  }

  @Test
  void aBrokenFileIsRefusedWhereverItBreaks() throws IOException {
    Path whole =
        lake.copy("SELECT i, md5(i::VARCHAR) AS s FROM range(20000) t(i)", "FORMAT parquet");
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {4, 100, bytes.length / 2, bytes.length - 1}) {
      Path cut = directory.resolve("cut");
      Files.write(cut, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> append(cut))
          .isInstanceOfSatisfying(
              VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_DATA))
          .message()
          .doesNotContain(directory.toString())
          .doesNotContain("bytes at end of file it");
    }
    Path cutArrow = directory.resolve("cut-arrow");
    Files.write(cutArrow, java.util.Arrays.copyOf(Files.readAllBytes(arrow(true)), 300));
    assertThatThrownBy(() -> append(cutArrow)).isInstanceOf(VarveException.class);
    assertThat(lake.files()).isEmpty();
    assertThat(lake.lake().find(RefName.MAIN, T)).isEmpty();
  }

  @Test
  void aStreamBeyondTheLimitIsRefusedAndForgotten() {
    assertThatThrownBy(() -> lake.ingest(10).ingest(text("a,b\n1,2\n3,4\n"), ProgressListener.NONE))
        .isInstanceOfSatisfying(
            VarveException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
    assertThat(lake.files()).isEmpty();
  }

  @Test
  void columnsGoByNameInAnyOrderAndCase() {
    lake.append("id,v\n1,a\n");
    lake.append("V,ID\nb,2\n");
    lake.append("id\n3\n");
    assertThat(lake.rows()).containsExactly("1|a", "2|b", "3|null");
  }

  @Test
  void aNarrowerNumberIsTakenIfItFits() {
    append(lake.copy("SELECT 1::INTEGER AS i, 1.5::FLOAT AS f", "FORMAT parquet"));
    append(lake.copy("SELECT 2::BIGINT AS i, 2.5::DOUBLE AS f", "FORMAT parquet"));
    assertThat(lake.rows()).containsExactly("1|1.5", "2|2.5");

    Path large = lake.copy("SELECT 5000000000 + i AS i FROM range(3) t(i)", "FORMAT parquet");
    assertThatThrownBy(() -> append(large))
        .hasMessageContaining("row 1: '5000000000' in column 'i' does not fit integer");
    Path text = lake.copy("SELECT '1' AS i", "FORMAT parquet");
    assertThatThrownBy(() -> append(text))
        .hasMessageContaining("column 'i' is varchar in the file and integer in the table");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "n%7.0%1e3%-0.00%                  ! ",
        "n%9223372036854775807%0.0%        ! ",
        "n%7%1.5%                          ! line 3: '1.5' in column 'n' does not fit bigint",
        "n%7%%1.5%                         ! line 4: '1.5' in column 'n' does not fit bigint",
        "n,note%7,x%%1.5,y                 ! line 4: '1.5' in column 'n' does not fit bigint",
        "n%0.5%                            ! line 2: '0.5' in column 'n' does not fit bigint",
        "n%1e300%                          ! line 2: '1e300' in column 'n' does not fit bigint",
        "price%1.50%1.1%3%                 ! ",
        "price%1.50%1.005%                 ! line 3: '1.005' in column 'price' does not fit",
        "price%12345678.0%                 ! line 2: '12345678.0' in column 'price' does not fit",
        "note,n%\"a%b\"\"c\",1%x,2.5%        ! line 4: '2.5' in column 'n' does not fit bigint",
        "day%2020-01-02%                   ! ",
        "day%2020-01-02 00:00:00%          ! ",
        "day%2020-01-02 10:00:00%          ! line 2: '2020-01-02 10:00:00' in column 'day'",
        "{\"n\":7.0}%                       ! ",
        "{\"n\":7}%{\"n\":1.5}%              ! line 2: '1.5' in column 'n' does not fit bigint",
        "{\"price\":1.5}%{\"price\":1.005}%  ! line 2: '1.005' in column 'price' does not fit"
      })
  void noNumberIsRounded(String content, String message) throws IOException {
    append(
        lake.copy(
            "SELECT 0::BIGINT AS n, 0::DECIMAL(9, 2) AS price, '' AS note, DATE '2020-01-01' AS day",
            "FORMAT parquet"));
    List<String> before = lake.rows();
    String file = content.replace('%', '\n');
    if (message == null) {
      assertThat(lake.append(file).rows()).isPositive();
    } else {
      assertThatThrownBy(() -> lake.append(file)).hasMessageContaining(message);
      assertThat(lake.rows()).isEqualTo(before);
    }
  }

  @Test
  void nanosecondsBecomeMicrosecondsOnlyIfNothingIsLost() {
    append(lake.copy("SELECT TIMESTAMP '2020-01-01 00:00:00' AS t", "FORMAT parquet"));
    append(lake.copy("SELECT '2020-01-02 00:00:00.000001'::TIMESTAMP_NS AS t", "FORMAT parquet"));
    Path finer =
        lake.copy("SELECT '2020-01-02 00:00:00.000000001'::TIMESTAMP_NS AS t", "FORMAT parquet");
    assertThatThrownBy(() -> append(finer)).hasMessageContaining("does not fit timestamp");
    assertThat(lake.rows()).hasSize(2);
  }

  @Test
  void aNewTableWithNanosecondsHasTheFormatThatHasThem() {
    append(
        lake.copy(
            "SELECT {'at': '2020-01-02 00:00:00.000000001'::TIMESTAMP_NS} AS s", "FORMAT parquet"));

    assertThat(lake.table().metadata().formatVersion()).isEqualTo(3);
    assertThat(lake.rows()).containsExactly("Record(2020-01-02T00:00:00.000000001)");
  }

  @Test
  void anUnknownColumnIsRefusedWithTheNearest() {
    lake.append("delay,origin\n1,a\n");
    assertThatThrownBy(() -> lake.append("delays,origin\n1,a\n"))
        .hasMessageContaining("'delays'")
        .hasMessageContaining("did you mean 'delay'?");
  }

  @Test
  void aTableIsLaidOutAsAsked() {
    NewTable layout =
        new NewTable(
            List.of("id"), List.of("month(day)", "bucket(4, id)"), List.of("day desc nulls first"));
    lake.ingest()
        .ingest(
            text("id,day\n1,2020-01-31\n2,2020-02-01\n3,2020-02-02\n").with(layout),
            ProgressListener.NONE);

    var metadata = lake.table().metadata();
    assertThat(PartitionText.print(metadata.spec())).containsExactly("month(day)", "bucket(4, id)");
    assertThat(SortText.print(metadata.sortOrder())).containsExactly("day desc nulls first");
    assertThat(metadata.schema().identifierFieldNames()).containsExactly("id");
    assertThat(metadata.schema().findField("id").isRequired()).isTrue();
    assertThat(lake.rows()).hasSize(3);
  }

  @Test
  void keysAreThereAndUnique() {
    NewTable keyed = new NewTable(List.of("id"), List.of(), List.of());
    assertThatThrownBy(
            () -> lake.ingest().ingest(text("id,v\n1,a\n1,b\n").with(keyed), ProgressListener.NONE))
        .hasMessageContaining("2 rows of the file have the key '1'");
    assertThatThrownBy(
            () -> lake.ingest().ingest(text("id,v\n1,a\n,b\n").with(keyed), ProgressListener.NONE))
        .isInstanceOf(VarveException.class);
    assertThat(lake.files()).isEmpty();

    lake.ingest().ingest(text("id,v\n1,a\n2,b\n").with(keyed), ProgressListener.NONE);
    assertThatThrownBy(() -> lake.append("id,v\n3,c\n2,x\n"))
        .hasMessageContaining("the row with the key '2' is in 't' already");
    lake.append("id,v\n3,c\n");
    assertThat(lake.rows()).containsExactly("1|a", "2|b", "3|c");
  }

  @Test
  void aLayoutThatATableDoesNotHaveIsRefusedAndSaysHowToHaveIt() {
    lake.append("id,v\n1,a\n");
    NewTable other = new NewTable(List.of("id", "v"), List.of(), List.of());
    assertThatThrownBy(
            () -> lake.ingest().ingest(text("id,v\n2,b\n").with(other), ProgressListener.NONE))
        .isInstanceOfSatisfying(
            VarveException.class,
            e -> {
              assertThat(e).hasMessage("table 't' exists with no key, not with the key id, v");
              assertThat(e.hint().orElseThrow())
                  .endsWith("varve create NAME --as \"FROM t\" --key 'id' --key 'v'");
            });
  }

  @Test
  void anUpsertReplacesByKeyAndAnOverwriteReplacesAll() {
    NewTable keyed = new NewTable(List.of("id"), List.of(), List.of());
    lake.ingest().ingest(text("id,v\n1,a\n2,b\n").with(keyed), ProgressListener.NONE);

    IngestResult upsert =
        lake.ingest()
            .ingest(text("id,v\n2,B\n3,C\n").with(IngestMode.UPSERT), ProgressListener.NONE);
    assertThat(upsert.replaced()).isEqualTo(1);
    assertThat(lake.rows()).containsExactly("1|a", "2|B", "3|C");

    IngestResult overwrite =
        lake.ingest().ingest(text("id,v\n9,z\n").with(IngestMode.OVERWRITE), ProgressListener.NONE);
    assertThat(overwrite.replaced()).isEqualTo(3);
    assertThat(lake.rows()).containsExactly("9|z");
  }

  @ParameterizedTest
  @EnumSource(
      value = IngestProgress.Phase.class,
      names = {"INSPECT", "WRITE", "COMMIT"})
  void anIngestThatNobodyListensToAnyMoreLeavesNothing(IngestProgress.Phase last) {
    ProgressListener gone =
        progress -> {
          if (progress.phase() == last) {
            throw new IllegalStateException("nobody listens");
          }
        };
    for (IngestMode mode : List.of(IngestMode.CREATE, IngestMode.APPEND, IngestMode.OVERWRITE)) {
      assertThatThrownBy(() -> lake.ingest().ingest(text("id,v\n1,a\n").with(mode), gone))
          .hasMessage("nobody listens");
      assertThat(lake.files()).as("%s", mode).isEmpty();
    }
    NewTable keyed = new NewTable(List.of("id"), List.of(), List.of());
    lake.ingest().ingest(text("id,v\n1,a\n").with(keyed), ProgressListener.NONE);
    for (IngestMode mode : List.of(IngestMode.APPEND, IngestMode.OVERWRITE, IngestMode.UPSERT)) {
      assertThatThrownBy(() -> lake.ingest().ingest(text("id,v\n2,b\n").with(mode), gone))
          .as("%s", mode)
          .hasMessage("nobody listens");
      assertThat(lake.files()).as("%s", mode).hasSize(1);
    }
    assertThat(lake.rows()).containsExactly("1|a");
  }

  @Test
  void concurrentIngestsIntoOneNewTableAllLand() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<IngestResult>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int n = i;
      results.add(pool.submit(() -> lake.append("id,v\n" + n + ",x\n")));
    }
    for (Future<IngestResult> result : results) {
      assertThat(result.get().commit()).isPresent();
    }
    pool.shutdown();
    assertThat(lake.rows()).hasSize(8);
  }

  @Test
  void aQuerysRowsBecomeATableInOneCommit() {
    lake.append("id,v\n1,10\n2,20\n3,20\n");
    TableName sums = TableName.parse("sums");
    ObjectId before = lake.lake().head(RefName.MAIN);
    try (Sql sql = new Sql(lake.duck(), lake.lake().tables())) {
      IngestResult result =
          createAs(sql, sums, "SELECT v, sum(id) AS total, 'x' AS c FROM t GROUP BY v;");
      assertThat(result.rows()).isEqualTo(2);
      assertThat(lake.lake().headCommit(RefName.MAIN).parents()).containsExactly(before);
      var schema = lake.lake().find(RefName.MAIN, sums).orElseThrow().metadata().schema();
      assertThat(TypeText.print(schema.findType("total"))).isEqualTo("decimal(38, 0)");

      List<Path> files = lake.files();
      assertThatThrownBy(() -> createAs(sql, sums, "SELECT 1 AS a"))
          .hasMessageContaining("table 'sums' exists already on 'main'");
      TableName broken = TableName.parse("broken");
      assertThatThrownBy(() -> createAs(sql, broken, "SELECT error('no') AS a FROM t"))
          .isInstanceOf(VarveException.class);
      assertThatThrownBy(() -> createAs(sql, broken, "SELECT * FROM read_csv('/etc/passwd')"))
          .isInstanceOf(VarveException.class);
      assertThat(lake.files()).isEqualTo(files);
    }
  }

  private IngestResult createAs(Sql sql, TableName table, String query) {
    return lake.ingest()
        .createAs(
            LakeFixture.on(RefName.MAIN),
            table,
            sql,
            new SqlQuery(query, Revision.parse("main"), QueryLimits.defaults()),
            NewTable.PLAIN,
            ProgressListener.NONE);
  }

  @Test
  void progressIsHeardInOrder() {
    List<IngestProgress.Phase> phases = new ArrayList<>();
    lake.ingest().ingest(text("a\n1\n"), progress -> phases.add(progress.phase()));
    assertThat(phases).isSorted().contains(IngestProgress.Phase.RECEIVE, IngestProgress.Phase.DONE);
  }

  private IngestResult append(Path file) {
    IngestRequest request =
        IngestRequest.append(T, IngestSource.of(file), LakeFixture.on(RefName.MAIN));
    return lake.ingest().ingest(request, ProgressListener.NONE);
  }

  private List<String> types() {
    return lake.table().metadata().schema().columns().stream()
        .map(column -> TypeText.print(column.type()))
        .toList();
  }

  private Path arrow(boolean asFile) throws IOException {
    Path file = directory.resolve(asFile ? "rows.arrow" : "rows.arrows");
    try (RootAllocator allocator = new RootAllocator();
        BigIntVector ids = new BigIntVector("id", allocator);
        VarCharVector names = new VarCharVector("name", allocator);
        var out = Channels.newChannel(Files.newOutputStream(file))) {
      for (int i = 0; i < 3; i++) {
        ids.setSafe(i, i);
        names.setSafe(i, ("n" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      VectorSchemaRoot root = new VectorSchemaRoot(List.of(ids, names));
      ids.setValueCount(3);
      names.setValueCount(3);
      root.setRowCount(3);
      try (ArrowWriter writer =
          asFile ? new ArrowFileWriter(root, null, out) : new ArrowStreamWriter(root, null, out)) {
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    return file;
  }
}
