package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stock Trino against a server, and beside stock Spark: what one writes the other reads, at every
 * revision.
 *
 * <p>Catalogs, of the same names in both: {@code lake} is the branch main, {@code exp} the branch
 * feature/exp. Every test works in a namespace of its own.
 */
@EnabledIfSystemProperty(
    named = "varve.trino.archive",
    matches = ".+",
    disabledReason = "runs with the profile trino")
class TrinoTest {

  @TempDir static Path dir;
  private static VarveServer server;
  private static Spark spark;
  private static Trino trino;

  @BeforeAll
  static void start() throws Exception {
    server = VarveServer.start(Files.createDirectory(dir.resolve("data")));
    trino =
        Trino.start(
            Path.of(System.getProperty("varve.trino.archive")),
            Files.createDirectory(dir.resolve("trino")));
    spark = new Spark(server.icebergUri(), dir);
    server.createBranch("feature/exp", "main");
    catalog("lake", "lake");
    catalog("exp", "lake/feature/exp");
  }

  @AfterAll
  static void stop() throws Exception {
    if (spark != null) {
      spark.close();
    }
    if (trino != null) {
      trino.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static void catalog(String name, String warehouse) {
    spark.catalog(name, warehouse, Map.of());
    trino.catalog(name, server.icebergUri(), warehouse);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "exp"})
  void createsWritesAndDrops(String catalog) {
    trino.run("CREATE SCHEMA %s.dml".formatted(catalog));
    String t = catalog + ".dml.t";
    trino.run(
        "CREATE TABLE %s (id INT, v VARCHAR) WITH (partitioning = ARRAY['bucket(id, 2)'])"
            .formatted(t));
    trino.run("INSERT INTO %s VALUES (1, 'a'), (2, 'b'), (3, 'c')".formatted(t));
    trino.run("UPDATE %s SET v = 'B' WHERE id = 2".formatted(t));
    trino.run("DELETE FROM %s WHERE id = 3".formatted(t));
    trino.run(
        ("MERGE INTO %s t USING (VALUES (2, 'bb'), (4, 'd')) s (id, v) ON t.id = s.id "
                + "WHEN MATCHED THEN UPDATE SET v = s.v "
                + "WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)")
            .formatted(t));
    String all = "SELECT * FROM " + t + " ORDER BY id";
    assertThat(trino.rows(all)).containsExactly("1|a", "2|bb", "4|d");
    assertThat(spark.rows(all)).containsExactly("1|a", "2|bb", "4|d");

    trino.run("CREATE TABLE %s.dml.copy AS SELECT id FROM %s".formatted(catalog, t));
    trino.run("ALTER TABLE %1$s.dml.copy RENAME TO %1$s.dml.copied".formatted(catalog));
    trino.run("TRUNCATE TABLE %s.dml.copied".formatted(catalog));
    assertThat(trino.rows("SHOW TABLES FROM %s.dml".formatted(catalog)))
        .containsExactly("copied", "t");
    trino.run("DROP TABLE %s.dml.copied".formatted(catalog));
    trino.run("DROP TABLE " + t);
    trino.run("DROP SCHEMA %s.dml".formatted(catalog));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "exp"})
  void evolvesSchemaAndPartitionsAndSparkReadsIt(String catalog) {
    trino.run("CREATE SCHEMA %s.ddl".formatted(catalog));
    String t = catalog + ".ddl.t";
    trino.run(
        "CREATE TABLE %s AS SELECT 1 AS id, CAST('x' AS VARCHAR) AS name, 2 AS gone".formatted(t));
    trino.run("ALTER TABLE %s ADD COLUMN price DECIMAL(10, 2)".formatted(t));
    trino.run("ALTER TABLE %s RENAME COLUMN name TO label".formatted(t));
    trino.run("ALTER TABLE %s DROP COLUMN gone".formatted(t));
    trino.run("ALTER TABLE %s ALTER COLUMN id SET DATA TYPE BIGINT".formatted(t));
    trino.run(
        "ALTER TABLE %s SET PROPERTIES partitioning = ARRAY['truncate(label, 1)']".formatted(t));
    trino.run("INSERT INTO %s VALUES (2, 'y', 1.50)".formatted(t));
    spark.sql("ALTER TABLE %s ADD COLUMN more STRING".formatted(t));
    spark.sql("INSERT INTO %s VALUES (3, 'z', 2.50, 'm')".formatted(t));

    String all = "SELECT id, label, price, more FROM " + t + " ORDER BY id";
    assertThat(trino.rows(all)).containsExactly("1|x|null|null", "2|y|1.50|null", "3|z|2.50|m");
    assertThat(spark.rows(all)).containsExactly("1|x|null|null", "2|y|1.50|null", "3|z|2.50|m");
  }

  /** Trino 476 does not read the deletion vectors of v3 from any catalog, so v3 copies on write. */
  @ParameterizedTest
  @CsvSource({"2, merge-on-read", "2, copy-on-write", "3, copy-on-write"})
  void readsEveryRevisionThatSparkWrote(int version, String mode) {
    String schema = mode.replace("-", "") + version;
    String t = "lake." + schema + ".t";
    spark.sql("CREATE NAMESPACE lake." + schema);
    spark.sql(
        ("CREATE TABLE %s (id BIGINT, v STRING) TBLPROPERTIES ('format-version'='%d', "
                + "'write.delete.mode'='%3$s', 'write.update.mode'='%3$s', "
                + "'write.merge.mode'='%3$s')")
            .formatted(t, version, mode));
    spark.sql("INSERT INTO %s SELECT id, 'v' FROM range(100)".formatted(t));
    server.createTag(schema + "-full", "main");
    JsonNode full = server.log("main").get(0);
    spark.sql("DELETE FROM %s WHERE id %% 2 = 0".formatted(t));
    server.createBranch(schema + "-odd", "main");
    spark.sql("UPDATE %s SET v = 'w' WHERE id < 10".formatted(t));

    catalog(schema + "_tag", "lake/" + schema + "-full");
    catalog(schema + "_branch", "lake/" + schema + "-odd");
    catalog(schema + "_commit", "lake/" + full.get("id").asText());
    catalog(schema + "_time", "lake/main@" + full.get("time").asText());
    String counts = "SELECT count(*), count(CASE WHEN v = 'w' THEN 1 END) FROM ";
    Map<String, String> expected =
        Map.of(
            "lake",
            "50|5",
            schema + "_tag",
            "100|0",
            schema + "_branch",
            "50|0",
            schema + "_commit",
            "100|0",
            schema + "_time",
            "100|0");
    expected.forEach(
        (catalog, rows) -> {
          String query = counts + catalog + "." + schema + ".t";
          assertThat(trino.rows(query)).as("Trino, %s", catalog).containsExactly(rows);
          assertThat(spark.rows(query)).as("Spark, %s", catalog).containsExactly(rows);
        });
    assertThatThrownBy(
            () -> trino.run("INSERT INTO %s_tag.%1$s.t VALUES (1, 'x')".formatted(schema)))
        .hasMessageContaining(schema + "-full");
  }

  /**
   * Of version 2 the merged files are put together of column chunks, see {@link SparkMergeTest}.
   */
  @ParameterizedTest
  @CsvSource({
    "whole, 2, ''",
    "buckets, 2, 'PARTITIONED BY (bucket(3, id))'",
    "lineages, 3, 'PARTITIONED BY (bucket(3, id))'"
  })
  void readsWhatVarveMergedOfUpdatesBySpark(String name, int version, String layout) {
    UpdatedColumns table =
        UpdatedColumns.create(server, spark, dir, name, version, layout, 1).update();

    table.merge();

    assertThat(trino.rows(UpdatedColumns.ALL.formatted(table.ours())))
        .isEqualTo(UpdatedColumns.merged());
    assertThat(trino.rows(table.find())).isEqualTo(UpdatedColumns.found());
  }

  /** Format 3 is left out, as Trino 476 does not read its deletion vectors. */
  @Test
  void readsWhatVarveMergedOfRowsThatDeleteFilesHide() {
    DeletedRows table =
        DeletedRows.create(server, spark, "hidden", 2, Set.of(DeletedRows.State.values()));

    table.merge();

    assertThat(trino.rows(DeletedRows.ALL.formatted(table.ours()))).isEqualTo(DeletedRows.merged());
  }

  @Test
  void aPreparedMergeIsReadBeforeItIsPublishedAsItIs() {
    UpdatedColumns table =
        UpdatedColumns.create(server, spark, dir, "previewed", 2, "", 1).update();
    List<String> before = trino.rows(UpdatedColumns.ALL.formatted(table.ours()));

    String prepared = table.prepare();

    catalog("preview", "lake/" + prepared);
    String waiting = table.ours().replaceFirst("^lake", "preview");
    String version = "%s FOR VERSION AS OF '%s'".formatted(table.ours(), prepared);
    for (String read : List.of(waiting, version)) {
      assertThat(trino.rows(UpdatedColumns.ALL.formatted(read)))
          .as(read)
          .isEqualTo(UpdatedColumns.merged());
    }
    assertThat(trino.rows(UpdatedColumns.ALL.formatted(table.ours()))).isEqualTo(before);
    String snapshot = "SELECT snapshot_id FROM %s.\"t$refs\" WHERE name = 'main'";
    List<String> seen = trino.rows(snapshot.formatted("preview.previewed"));

    table.publish(prepared);

    assertThat(trino.rows(snapshot.formatted("lake.previewed"))).hasSize(1).isEqualTo(seen);
  }

  @Test
  void whatTrinoDeletesMergeOnReadSparkAndVarveReadToo() {
    trino.run("CREATE SCHEMA lake.mine");
    trino.run("CREATE TABLE lake.mine.t AS SELECT n AS id FROM UNNEST(sequence(1, 100)) s (n)");
    trino.run("DELETE FROM lake.mine.t WHERE id % 3 = 0");
    trino.run("UPDATE lake.mine.t SET id = -id WHERE id < 10");

    String sums = "SELECT count(*), sum(id) FROM ";
    List<String> rows = trino.rows(sums + "lake.mine.t");
    assertThat(rows).containsExactly("67|3313");
    assertThat(spark.rows(sums + "lake.mine.t")).isEqualTo(rows);
    assertThat(server.sql(sums + "mine.t", "main").toString()).isEqualTo("[[67,3313]]");
  }

  @Test
  void insertsOfManySessionsAllLand() {
    trino.run("CREATE SCHEMA lake.many");
    trino.run("CREATE TABLE lake.many.t (i INT)");
    IntStream.range(0, 12)
        .parallel()
        .forEach(i -> trino.run("INSERT INTO lake.many.t VALUES " + i));
    assertThat(trino.rows("SELECT count(*), sum(i) FROM lake.many.t")).containsExactly("12|66");
  }

  @Test
  void viewsBelongToTheirBranch() {
    trino.run("CREATE SCHEMA lake.seen");
    trino.run("CREATE TABLE lake.seen.t AS SELECT 1 AS id");
    trino.run("CREATE VIEW lake.seen.v AS SELECT id + 1 AS id FROM lake.seen.t");
    server.createBranch("seen", "main");
    catalog("seen", "lake/seen");
    trino.run("CREATE OR REPLACE VIEW seen.seen.v AS SELECT id + 10 AS id FROM seen.seen.t");

    assertThat(trino.rows("SELECT * FROM lake.seen.v")).containsExactly("2");
    assertThat(trino.rows("SELECT * FROM seen.seen.v")).containsExactly("11");
    trino.run("DROP VIEW seen.seen.v");
    assertThat(trino.rows("SELECT * FROM lake.seen.v")).containsExactly("2");
  }

  @Test
  void branchesAndTagsOfTheLakeAreVersionsOfATable() throws Exception {
    trino.run("CREATE SCHEMA lake.versions");
    trino.run("CREATE TABLE lake.versions.t (id BIGINT)");
    trino.run("INSERT INTO lake.versions.t VALUES 1");
    server.createTag("versions-1", "main");
    server.createBranch("versions/x", "main");
    trino.run("INSERT INTO lake.versions.t VALUES 2");
    catalog("versions_x", "lake/versions/x");
    trino.run("INSERT INTO versions_x.versions.t VALUES 3");

    String read = "SELECT id FROM lake.versions.t %s ORDER BY id";
    assertThat(trino.rows(read.formatted("FOR VERSION AS OF 'versions-1'"))).containsExactly("1");
    assertThat(trino.rows(read.formatted("FOR VERSION AS OF 'versions/x'")))
        .containsExactly("1", "3");
    assertThat(trino.rows(read.formatted(""))).containsExactly("1", "2");
  }

  @Test
  void commitsShowInTheLog() {
    trino.run("CREATE SCHEMA lake.who");
    trino.run("CREATE TABLE lake.who.t (id INT)");
    trino.run("INSERT INTO lake.who.t VALUES 1, 2");

    JsonNode newest = server.log("main").get(0);
    assertThat(newest.get("message").asText()).contains("who.t");
  }

  /** Trino's orphan removal asks nobody, and deletes what it finds at the table's location. */
  @Test
  void maintenanceByTrinoHarmsNoOtherBranchAndNoOlderCommit() {
    trino.run("CREATE SCHEMA lake.safe");
    trino.run("CREATE TABLE lake.safe.t AS SELECT 1 AS id");
    trino.run("INSERT INTO lake.safe.t VALUES 2");
    server.createBranch("keep", "main");
    catalog("keep", "lake/keep");
    JsonNode old = server.log("main").get(0);
    trino.run("DELETE FROM lake.safe.t WHERE id = 1");
    trino.run("INSERT INTO lake.safe.t VALUES 3");
    trino.run("INSERT INTO keep.safe.t VALUES 4");

    trino.run("ALTER TABLE lake.safe.t EXECUTE optimize");
    trino.run("ALTER TABLE lake.safe.t EXECUTE optimize_manifests");
    assertThatThrownBy(
            () ->
                trino.run(
                    "ALTER TABLE lake.safe.t EXECUTE expire_snapshots(retention_threshold => '0s')"))
        .hasMessageContaining("GC is disabled");
    trino.run("ALTER TABLE lake.safe.t EXECUTE remove_orphan_files(retention_threshold => '0s')");
    trino.run("ALTER TABLE keep.safe.t EXECUTE remove_orphan_files(retention_threshold => '0s')");

    assertThat(trino.rows("SELECT * FROM lake.safe.t ORDER BY id")).containsExactly("2", "3");
    trino.run("DROP TABLE lake.safe.t");
    assertThat(trino.rows("SELECT * FROM keep.safe.t ORDER BY id")).containsExactly("1", "2", "4");
    assertThat(spark.rows("SELECT * FROM keep.safe.t ORDER BY id")).containsExactly("1", "2", "4");
    assertThat(server.sql("SELECT id FROM safe.t ORDER BY id", old.get("id").asText()).toString())
        .isEqualTo("[[1],[2]]");
    assertThat(server.sql("SELECT id FROM safe.t ORDER BY id", "main~1").toString())
        .isEqualTo("[[2],[3]]");
  }
}
