package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.OpenConflict;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.Report;
import dev.varve.client.Merges.Resolution;
import dev.varve.client.Merges.RowTask;
import dev.varve.client.Merges.Run;
import dev.varve.client.Merges.Take;
import dev.varve.client.Merges.Winner;
import dev.varve.client.Ref;
import dev.varve.client.RemoteRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark compares the rows of tables of a running server; every test has branches of its own. */
class VarveSparkTest {
  @TempDir static Path dir;
  private static TestServer server;
  private static TestSpark spark;
  private static RemoteRepository lake;
  private static VarveSpark varve;

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start(Files.createDirectory(dir.resolve("data")));
    spark = new TestSpark(dir);
    lake = server.lake();
    varve = VarveSpark.of(spark.session(), lake);
  }

  @AfterAll
  static void stop() {
    if (spark != null) {
      spark.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /** Two branches that both have a table of three rows. */
  private static void branches(String ours, String theirs, String columns) {
    lake.branches().create(ours, "main", CommitOptions.NONE);
    spark.catalog(lake, ours);
    spark.sql("CREATE TABLE " + ours + ".default.t (" + columns + ") USING iceberg");
    spark.sql("INSERT INTO " + ours + ".default.t VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', 30)");
    if (columns.contains("NOT NULL")) {
      spark.sql("ALTER TABLE " + ours + ".default.t SET IDENTIFIER FIELDS id");
    }
    lake.branches().create(theirs, ours, CommitOptions.NONE);
    spark.catalog(lake, theirs);
  }

  private static List<String> rows(String branch) {
    return spark.rows("SELECT * FROM " + branch + ".default.t ORDER BY id, name, n");
  }

  @Test
  void changesOfDifferentCellsOfOneRowBothSurvive() {
    branches("cells", "cellsexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE cells.default.t SET name = 'A' WHERE id = 1");
    spark.sql("DELETE FROM cells.default.t WHERE id = 3");
    spark.sql("UPDATE cellsexp.default.t SET n = 11 WHERE id = 1");
    spark.sql("INSERT INTO cellsexp.default.t VALUES (4, 'd', 40)");

    SparkMerge merge = varve.merge("cellsexp", "cells");

    assertThat(merge.outcome()).as("%s", merge).isEqualTo(Outcome.MERGED);
    assertThat(rows("cells")).containsExactly("1|A|11", "2|b|20", "4|d|40");
    assertThat(merge.commit().orElseThrow().parents()).hasSize(2);
    assertThat(merge.report().orElseThrow().tables().get(0).level()).isEqualTo("rows");
    assertThat(lake.merges().prepared().stream()).isEmpty();
  }

  @Test
  void whatWasWrittenForACommitThatFailsIsDeleted() throws IOException {
    branches("late", "lateexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE late.default.t SET name = 'A' WHERE id = 1");
    spark.sql("UPDATE lateexp.default.t SET n = 11 WHERE id = 1");
    Prepared prepared =
        lake.merges()
            .merge(
                "lateexp",
                "late",
                Mode.AUTO,
                Run.PREPARE,
                CommitOptions.NONE,
                ConflictOptions.NONE.withRowLimit(0))
            .prepared()
            .orElseThrow();
    RowTask task = prepared.conflicts().get(0).task().orElseThrow();
    RevisionTables tables = new RevisionTables(spark.session(), lake, prepared.name());
    RowMerge merge =
        new RowMerge(
            spark.session(),
            tables.load(prepared.conflicts().get(0).table()),
            TaskFiles.of(tables.read(task.files())),
            task,
            new Resolutions(tables.find(task.conflicts())));
    lake.merges().abandon(prepared.name(), CommitOptions.NONE);
    Set<Path> before = parquetFiles();

    assertThatThrownBy(() -> merge.merge(conflicts -> {})).isInstanceOf(RuntimeException.class);

    assertThat(parquetFiles()).isEqualTo(before);
  }

  private static Set<Path> parquetFiles() throws IOException {
    try (Stream<Path> files = Files.walk(dir.resolve("data"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).collect(Collectors.toSet());
    }
  }

  @Test
  void aCellChangedToDifferentValuesIsAConflictThatCanBeRead() {
    branches("clash", "clashexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE clash.default.t SET n = 12 WHERE id = 1");
    spark.sql("UPDATE clashexp.default.t SET n = 11, name = 'A' WHERE id = 1");

    SparkMerge merge = varve.merge("clashexp", "clash");

    assertThat(merge.outcome()).isEqualTo(Outcome.CONFLICTED);
    assertThat(rows("clash")).containsExactly("1|a|12", "2|b|20", "3|c|30");
    KeptConflict conflict = merge.conflicts().get(0);
    assertThat(conflict.count()).isEqualTo(1);
    RevisionTables tables =
        new RevisionTables(spark.session(), lake, merge.prepared().orElseThrow());
    assertThat(
            tables
                .read(conflict.rows().orElseThrow())
                .select("kind", "key.id", "cell", "base.n", "ours.n", "theirs.n")
                .collectAsList())
        .extracting(row -> row.mkString("|"))
        .containsExactly("changed-on-both-sides|1|n|10|12|11");
    lake.merges().abandon(merge.prepared().orElseThrow(), CommitOptions.NONE);
  }

  private static void resolve(
      String prepared, List<String> key, String where, Take take, String column, String value) {
    lake.merges()
        .resolve(
            prepared,
            new Resolution(
                Optional.of("t"),
                Optional.empty(),
                key,
                Optional.ofNullable(where),
                Optional.ofNullable(column),
                take,
                Optional.ofNullable(value)),
            CommitOptions.NONE);
  }

  @Test
  void conflictsAreListedAndResolvedAsThoseOfTheServerAndThenMerged() throws IOException {
    branches("solve", "solveexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE solve.default.t SET n = n + 100, name = upper(name) WHERE id < 3");
    spark.sql("DELETE FROM solve.default.t WHERE id = 3");
    spark.sql("UPDATE solveexp.default.t SET n = n * 2, name = name || name");

    SparkMerge merge = varve.merge("solveexp", "solve");

    String name = merge.prepared().orElseThrow();
    OpenConflict listed = lake.merges().conflicts(name).stream().findFirst().orElseThrow();
    assertThat(listed.open()).isEqualTo(5);
    assertThat(listed.conflict().code()).isEqualTo("rows-conflict");
    assertThat(listed.conflict().rows()).contains("conflicts.t");
    assertThat(
            server.rows(
                "SELECT \"key\".id, cell, kind, base.n, ours.n, theirs.n, take, value"
                    + " FROM conflicts.t ORDER BY ALL",
                name))
        .containsExactly(
            "[1, \"n\", \"changed-on-both-sides\", 10, 110, 20, null, null]",
            "[1, \"name\", \"changed-on-both-sides\", 10, 110, 20, null, null]",
            "[2, \"n\", \"changed-on-both-sides\", 20, 120, 40, null, null]",
            "[2, \"name\", \"changed-on-both-sides\", 20, 120, 40, null, null]",
            "[3, null, \"removed-in-ours\", 30, null, 60, null, null]");
    assertThatThrownBy(() -> lake.merges().finish(name, CommitOptions.NONE))
        .hasMessageContaining("5 conflicts are not resolved");

    resolve(name, List.of("1"), null, Take.THEIRS, "name", null);
    resolve(name, List.of(), "ours.n > 110", Take.BASE, "name", null);
    resolve(name, List.of(), null, Take.VALUE, "n", "least(ours.n, theirs.n) + 1");
    assertThat(varve.finish(name, CommitOptions.NONE).outcome()).isEqualTo(Outcome.CONFLICTED);
    assertThat(server.rows("SELECT count(*) FROM conflicts.t WHERE take IS NULL", name))
        .containsExactly("[1]");
    resolve(name, List.of(), "cell IS NULL", Take.THEIRS, null, null);
    assertThatThrownBy(() -> lake.merges().finish(name, CommitOptions.NONE))
        .hasMessageContaining("what was said of 't' is to be applied on Spark");
    SparkMerge finished = varve.finish(name, CommitOptions.NONE);

    assertThat(finished.outcome()).as("%s", finished).isEqualTo(Outcome.MERGED);
    assertThat(rows("solve")).containsExactly("1|aa|21", "2|b|41", "3|cc|60");
    assertThat(lake.merges().prepared().stream().map(Prepared::name)).doesNotContain(name);
  }

  @Test
  void whatWasSaidCountsOnTheBranchAsItIsByNowForRowsThatAreWhatTheyWere() throws IOException {
    branches("moved", "movedexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE moved.default.t SET n = n + 100 WHERE id < 3");
    spark.sql("UPDATE movedexp.default.t SET n = n * 2 WHERE id < 3");
    String name = varve.merge("movedexp", "moved").prepared().orElseThrow();
    resolve(name, List.of(), null, Take.THEIRS, null, null);
    spark.sql("UPDATE moved.default.t SET n = 7 WHERE id = 2");

    SparkMerge again = varve.finish(name, CommitOptions.NONE);

    assertThat(again.outcome()).as("%s", again).isEqualTo(Outcome.CONFLICTED);
    assertThat(server.rows("SELECT \"key\".id, ours.n, take FROM conflicts.t ORDER BY 1", name))
        .containsExactly("[1, 110, \"theirs\"]", "[2, 7, null]");
    resolve(name, List.of("2"), null, Take.OURS, null, null);
    assertThat(varve.finish(name, CommitOptions.NONE).outcome()).isEqualTo(Outcome.MERGED);
    assertThat(rows("moved")).containsExactly("1|a|20", "2|b|7", "3|c|30");
  }

  @Test
  void conflictsBetweenRowsWithoutAKeyAreResolvedTogether() {
    branches("bags", "bagsexp", "id INT, name STRING, n INT");
    spark.sql("UPDATE bags.default.t SET n = 11 WHERE id = 1");
    spark.sql("UPDATE bagsexp.default.t SET n = 12 WHERE id = 1");
    String name = varve.merge("bagsexp", "bags").prepared().orElseThrow();
    resolve(name, List.of(), null, Take.THEIRS, null, null);

    SparkMerge finished = varve.finish(name, CommitOptions.NONE);

    assertThat(finished.outcome()).as("%s", finished).isEqualTo(Outcome.MERGED);
    assertThat(rows("bags")).containsExactly("1|a|12", "2|b|20", "3|c|30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"twice", "appended"})
  void keysThatDoNotTellRowsApartAreKeptAsAConflict(String ours) {
    String theirs = ours + "exp";
    branches(ours, theirs, "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE " + ours + ".default.t SET n = 11 WHERE id = 1");
    if (ours.equals("twice")) {
      spark.sql("UPDATE " + theirs + ".default.t SET name = 'A' WHERE id = 1");
    }
    spark.sql("INSERT INTO " + theirs + ".default.t VALUES (1, 'again', 0)");

    SparkMerge merge = varve.merge(theirs, ours);

    assertThat(merge.conflicts())
        .extracting(KeptConflict::code)
        .containsExactly("row-keys-unclear");
    String name = merge.prepared().orElseThrow();
    assertThat(lake.merges().prepared(name).conflicts().get(0).message())
        .contains("the row key does not tell rows apart in theirs");
    assertThatThrownBy(() -> lake.merges().finish(name, CommitOptions.NONE))
        .hasMessageContaining("does not tell rows apart");
    lake.merges().abandon(name, CommitOptions.NONE);
  }

  @Test
  void rowsWithoutAKeyAreMergedByHowOftenTheyAreThere() {
    branches("bag", "bagexp", "id INT, name STRING, n INT");
    spark.sql("INSERT INTO bag.default.t VALUES (2, 'b', 20)");
    spark.sql("DELETE FROM bag.default.t WHERE id = 3");
    spark.sql("DELETE FROM bagexp.default.t WHERE id = 1");
    spark.sql("INSERT INTO bagexp.default.t VALUES (2, 'b', 20), (4, 'd', 40)");

    SparkMerge merge = varve.merge("bagexp", "bag");

    assertThat(merge.outcome()).as("%s", merge).isEqualTo(Outcome.MERGED);
    assertThat(rows("bag")).containsExactly("2|b|20", "2|b|20", "2|b|20", "4|d|40");
  }

  @Test
  void aCommitInTheMiddleIsUndoneAndLaterOnesStay() {
    branches("undo", "undoexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE undo.default.t SET n = -1 WHERE id = 2");
    String bad = lake.branches().load("undo").commit();
    spark.sql("UPDATE undo.default.t SET name = 'C' WHERE id = 3");

    SparkMerge revert =
        varve.revert(bad, "undo", Optional.empty(), CommitOptions.NONE, ConflictOptions.NONE);

    assertThat(revert.outcome()).as("%s", revert).isEqualTo(Outcome.MERGED);
    assertThat(rows("undo")).containsExactly("1|a|10", "2|b|20", "3|C|30");
    assertThat(varve.diff("t", bad, "undo").select("kind", "before.n", "after.n").collectAsList())
        .extracting(row -> row.mkString("|"))
        .containsExactlyInAnyOrder("changed|-1|20", "changed|30|30");
  }

  /** By a column that the later state lacks, which is the one that all rows are read in. */
  @Test
  void rowsThatWereDeletedByAColumnOfOneStateAreNotFound() throws Exception {
    branches("lacks", "lacksexp", "id INT, name STRING, n INT");
    spark.sql("ALTER TABLE lacksexp.default.t ADD COLUMN c INT");
    spark.sql("INSERT INTO lacksexp.default.t VALUES (4, 'd', 40, 1), (5, 'e', 50, 2)");
    deleteWhere(Spark3Util.loadIcebergTable(spark.session(), "lacksexp.default.t"), "c", 1);

    assertThat(varve.diff("t", "lacksexp", "lacks").select("kind", "before.n").collectAsList())
        .extracting(row -> row.mkString("|"))
        .containsExactly("removed|50");
  }

  /** Iceberg's reader for Spark fails on such a file, once it has a struct to read. */
  @Test
  void aFileWithADroppedColumnThatSparkHasNoTypeForIsNamed() throws Exception {
    branches("dropped", "droppedexp", "id INT NOT NULL, name STRING, n INT");
    Table table = Spark3Util.loadIcebergTable(spark.session(), "dropped.default.t");
    table.updateSchema().addColumn("at", Types.TimeType.get()).commit();
    append(table, Map.of("id", 4, "at", LocalTime.NOON));
    table.updateSchema().deleteColumn("at").commit();
    spark.sql("REFRESH TABLE dropped.default.t");

    assertThat(varve.diff("t", "droppedexp", "dropped").select("after.id").collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactly(4);

    spark.sql("ALTER TABLE dropped.default.t ADD COLUMN place STRUCT<x: INT>");
    assertThatThrownBy(() -> varve.diff("t", "droppedexp", "dropped"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("still has a column that was dropped", ".parquet", "TIME");
  }

  private static void append(Table table, Map<String, Object> values) throws IOException {
    String location = table.locationProvider().newDataLocation("appended.parquet");
    DataWriter<Record> writer =
        Parquet.writeData(table.io().newOutputFile(location))
            .schema(table.schema())
            .withSpec(table.spec())
            .createWriterFunc(GenericParquetWriter::create)
            .build();
    try (writer) {
      writer.write(GenericRecord.create(table.schema()).copy(values));
    }
    table.newAppend().appendFile(writer.toDataFile()).commit();
  }

  /** Writes an equality delete, as Flink does and Spark does not. */
  private static void deleteWhere(Table table, String column, Object value) throws IOException {
    Schema by = table.schema().select(column);
    String location = table.locationProvider().newDataLocation("deleted.parquet");
    EqualityDeleteWriter<Record> writer =
        Parquet.writeDeletes(table.io().newOutputFile(location))
            .rowSchema(by)
            .withSpec(table.spec())
            .createWriterFunc(GenericParquetWriter::create)
            .equalityFieldIds(by.findField(column).fieldId())
            .buildEqualityWriter();
    try (writer) {
      Record row = GenericRecord.create(by);
      row.setField(column, value);
      writer.write(row);
    }
    table.newRowDelta().addDeletes(writer.toDeleteFile()).commit();
  }

  private static ConflictOptions settling(Map<String, Winner> sides, Map<String, String> rules) {
    return new ConflictOptions(
        Winner.FAIL, new TreeMap<>(sides), new TreeMap<>(rules), 0, 20, Optional.empty());
  }

  @Test
  void rulesAndStrategiesOfTablesAndColumnsSettleWhatTheyDoOnTheServer() {
    branches("rule", "ruleexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE rule.default.t SET n = n + 100, name = upper(name) WHERE id < 3");
    spark.sql("DELETE FROM rule.default.t WHERE id = 3");
    spark.sql("UPDATE ruleexp.default.t SET n = n * 2, name = name || name");
    lake.branches().create("rulehere", "rule", CommitOptions.NONE);
    spark.catalog(lake, "rulehere");
    ConflictOptions options =
        settling(
            Map.of("t", Winner.THEIRS),
            Map.of(
                "t",
                "CASE WHEN ours.n > theirs.n THEN 'ours' ELSE 'theirs' END -- the greater",
                "t.n",
                "greatest(ours.n, theirs.n) + base.n"));

    SparkMerge there = varve.merge("ruleexp", "rule", Mode.AUTO, CommitOptions.NONE, options);
    Report here =
        lake.merges()
            .merge("ruleexp", "rulehere", Mode.AUTO, Run.REAL, CommitOptions.NONE, options);

    assertThat(there.outcome()).as("%s", there).isEqualTo(Outcome.MERGED);
    assertThat(here.outcome()).isEqualTo(Outcome.MERGED);
    assertThat(rows("rule"))
        .containsExactly("1|A|120", "2|B|140", "3|cc|60")
        .isEqualTo(rows("rulehere"));
  }

  @Test
  void aRuleThatSparkCannotReadIsRefusedWithWhatItSays() {
    branches("odd", "oddexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE odd.default.t SET n = 1");
    spark.sql("UPDATE oddexp.default.t SET n = 2");
    ConflictOptions options = settling(Map.of(), Map.of("t.n", "list_max([ours.n, theirs.n])"));

    assertThatThrownBy(() -> varve.merge("oddexp", "odd", Mode.AUTO, CommitOptions.NONE, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "cannot use the rule 'list_max([ours.n, theirs.n])' for 'n' on Spark");
    assertThat(rows("odd")).containsExactly("1|a|1", "2|b|1", "3|c|1");
  }

  @Test
  void aMergeOfLessThanTheLimitIsTheServersOwn() {
    branches("small", "smallexp", "id INT NOT NULL, name STRING, n INT");
    spark.sql("UPDATE small.default.t SET name = 'A' WHERE id = 1");
    spark.sql("UPDATE smallexp.default.t SET n = 11 WHERE id = 1");

    SparkMerge merge =
        varve.merge(
            "smallexp",
            "small",
            Mode.AUTO,
            CommitOptions.NONE,
            ConflictOptions.NONE.withRowLimit(1 << 20));

    assertThat(merge.outcome()).isEqualTo(Outcome.MERGED);
    assertThat(rows("small")).contains("1|A|11");
    assertThat(lake.branches().list("").stream().map(Ref::name))
        .noneMatch(name -> name.startsWith("merge/"));
  }
}
