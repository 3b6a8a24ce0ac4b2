package dev.varve.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.ConflictOptions;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Mode;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.Ref;
import dev.varve.client.RemoteRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
