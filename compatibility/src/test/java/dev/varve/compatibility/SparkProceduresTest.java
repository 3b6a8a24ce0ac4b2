package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Iceberg's procedures and merge-on-read, called from stock Spark: each does its work on its
 * branch, and every other ref and every older commit still reads in full.
 */
class SparkProceduresTest extends SparkLake {
  private static final String OLD = "older_than => TIMESTAMP '2099-01-01 00:00:00'";

  @BeforeAll
  static void start() {
    spark.use("lake");
  }

  /**
   * A table of six files with positional deletes (v2) or deletion vectors (v3), a branch and a tag
   * on the way; returns its history by Varve's own SQL.
   */
  private static Map<String, String> table(String name, int version) {
    spark.sql("CREATE NAMESPACE " + name);
    spark.sql(
        ("CREATE TABLE %s.t (id BIGINT, v STRING) TBLPROPERTIES ('format-version'='%d', "
                + "'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read', "
                + "'write.merge.mode'='merge-on-read')")
            .formatted(name, version));
    for (int i = 0; i < 3; i++) {
      spark.sql(
          "INSERT INTO %s.t SELECT id, 'v' FROM range(%d, %d)"
              .formatted(name, i * 100, i * 100 + 100));
    }
    server.createTag(name + "-full", "main");
    spark.sql("DELETE FROM %s.t WHERE id %% 2 = 0".formatted(name));
    server.createBranch(name + "-odd", "main");
    spark.sql("UPDATE %s.t SET v = 'w' WHERE id < 10".formatted(name));
    spark.sql(
        ("MERGE INTO %1$s.t t USING (SELECT 1 AS id UNION ALL SELECT 1000) s ON t.id = s.id "
                + "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, 'm')")
            .formatted(name));
    return history(name);
  }

  /** What every commit of main that has the table, and the tag and the branch, read as. */
  private static Map<String, String> history(String name) {
    Map<String, String> rows = new TreeMap<>();
    List<String> revisions = new ArrayList<>(List.of(name + "-full", name + "-odd"));
    for (JsonNode commit : server.log("main")) {
      if (commit.get("message").asText().contains(name + ".t")) {
        revisions.add(commit.get("id").asText());
      }
    }
    for (String revision : revisions) {
      rows.put(revision, state(name, revision));
    }
    return rows;
  }

  private static String state(String name, String revision) {
    String sums = "SELECT count(*), sum(id), count(DISTINCT v) FROM " + name + ".t";
    return server.sql(sums, revision).toString();
  }

  /** Every state that was there still reads as it did, by Varve and by Spark. */
  private static void assertHistoryWhole(String name, Map<String, String> before) {
    before.forEach(
        (revision, rows) -> {
          assertThat(state(name, revision)).as(revision).isEqualTo(rows);
          String bySpark =
              spark
                  .rows(
                      "SELECT count(*), sum(id), count(DISTINCT v) FROM %s.`t@%s`"
                          .formatted(name, revision))
                  .get(0);
          assertThat("[[" + bySpark.replace('|', ',') + "]]")
              .as("Spark at %s", revision)
              .isEqualTo(rows);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void mergeOnReadIsReadAlikeByVarve(int version) {
    String name = "mor" + version;
    Map<String, String> states = table(name, version);
    String newest = "[[150,23499,3]]";
    assertThat(state(name, "main")).isEqualTo(newest);
    assertThat(states.get(name + "-full")).isEqualTo("[[300,44850,1]]");
    assertThat(states.get(name + "-odd")).isEqualTo("[[150,22500,1]]");
    assertHistoryWhole(name, states);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "2 ! rewrite_data_files ! ''",
        "3 ! rewrite_data_files ! ''",
        "2 ! rewrite_manifests ! ''",
        "2 ! rewrite_position_delete_files ! , options => map('rewrite-all', 'true')",
      })
  void rewritesChangeNoRowAnywhere(int version, String procedure, String more) {
    String name = procedure.replace("_", "") + version;
    Map<String, String> states = table(name, version);
    String newest = state(name, "main");
    long files = spark.sql("SELECT * FROM %s.t.files".formatted(name)).count();

    spark.sql("CALL lake.system.%s(table => '%s.t'%s)".formatted(procedure, name, more));

    assertThat(state(name, "main")).isEqualTo(newest);
    assertThat(spark.rows("SELECT count(*), sum(id), count(DISTINCT v) FROM %s.t".formatted(name)))
        .containsExactly(newest.replaceAll("[\\[\\]]", "").replace(',', '|'));
    if (procedure.equals("rewrite_data_files")) {
      assertThat(spark.sql("SELECT * FROM %s.t.files".formatted(name)).count()).isLessThan(files);
    }
    assertHistoryWhole(name, states);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CALL lake.system.expire_snapshots(table => '%s.t', " + OLD + ", retain_last => 1)",
        "CALL lake.system.remove_orphan_files(table => '%s.t', " + OLD + ")",
        "DROP TABLE %s.t PURGE"
      })
  void whatWouldDeleteFilesIsRefused(String statement) {
    String name = "refused" + Integer.toUnsignedString(statement.hashCode());
    Map<String, String> states = table(name, 2);

    assertThatThrownBy(() -> spark.sql(statement.formatted(name)))
        .hasStackTraceContaining("GC is disabled");

    assertThat(state(name, "main")).isEqualTo("[[150,23499,3]]");
    assertHistoryWhole(name, states);
  }

  @Test
  void aRollbackIsACommitThatCanBeTakenBack() {
    Map<String, String> states = table("back", 2);
    long first =
        spark
            .sql("SELECT snapshot_id FROM back.t.snapshots ORDER BY committed_at")
            .first()
            .getLong(0);

    spark.sql("CALL lake.system.rollback_to_snapshot('back.t', %d)".formatted(first));
    assertThat(state("back", "main")).isEqualTo("[[100,4950,1]]");
    assertHistoryWhole("back", states);

    server.post("reset", Map.of("branch", "main", "to", "main~1"));
    assertThat(state("back", "main")).isEqualTo("[[150,23499,3]]");
    spark.sql("REFRESH TABLE back.t");
    assertThat(spark.rows("SELECT count(*) FROM back.t")).containsExactly("150");
  }

  @Test
  void filesFromOutsideTheWarehouseAreNotAdded() {
    spark.sql("CREATE NAMESPACE added");
    spark.sql("CREATE TABLE added.t (id BIGINT)");
    spark.session().range(5).write().parquet(dir.resolve("outside").toString());

    assertThatThrownBy(
            () ->
                spark.sql(
                    "CALL lake.system.add_files(table => 'added.t', source_table => '`parquet`.`%s`')"
                        .formatted(dir.resolve("outside"))))
        .hasStackTraceContaining("warehouse");
    assertThat(spark.rows("SELECT * FROM added.t")).isEmpty();
  }

  @Test
  void anUpgradeToV3KeepsTheRowsAndTheHistory() {
    Map<String, String> states = table("up", 2);
    spark.sql("ALTER TABLE up.t SET TBLPROPERTIES ('format-version'='3')");
    spark.sql("DELETE FROM up.t WHERE id = 3");

    assertThat(state("up", "main")).isEqualTo("[[149,23496,3]]");
    assertThat(server.get("tables/up.t?ref=main").get("formatVersion").asInt()).isEqualTo(3);
    assertHistoryWhole("up", states);
  }

  @Test
  void aStagedSnapshotShowsOnceItIsPublished() {
    spark.sql("CREATE NAMESPACE wap");
    spark.sql("CREATE TABLE wap.t TBLPROPERTIES ('write.wap.enabled'='true') AS SELECT 1 AS id");
    spark.session().conf().set("spark.wap.id", "audit-1");
    spark.sql("INSERT INTO wap.t VALUES (2)");
    spark.session().conf().unset("spark.wap.id");
    assertThat(spark.rows("SELECT * FROM wap.t")).containsExactly("1");
    assertThat(server.sql("SELECT id FROM wap.t", "main").toString()).isEqualTo("[[1]]");

    spark.sql("CALL lake.system.publish_changes('wap.t', 'audit-1')");
    assertThat(server.sql("SELECT id FROM wap.t ORDER BY id", "main").toString())
        .isEqualTo("[[1],[2]]");
  }

  @Test
  void viewsAreListedReadReplacedAndDropped() {
    spark.sql("CREATE NAMESPACE seen");
    spark.sql("CREATE TABLE seen.t AS SELECT 1 AS id");
    spark.sql("CREATE VIEW seen.v AS SELECT id + 1 AS id FROM lake.seen.t");
    assertThat(spark.rows("SELECT * FROM seen.v")).containsExactly("2");
    spark.sql("CREATE OR REPLACE VIEW seen.v AS SELECT id + 2 AS id FROM lake.seen.t");
    assertThat(spark.rows("SELECT * FROM seen.v")).containsExactly("3");
    assertThat(spark.rows("SHOW VIEWS IN seen")).hasSize(1);
    spark.sql("DROP VIEW seen.v");
    assertThat(spark.rows("SHOW VIEWS IN seen")).isEmpty();
  }
}
