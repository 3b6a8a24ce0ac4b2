package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Spark with the stock Iceberg runtime: what the story of the project promises of an engine.
 *
 * <p>Catalogs: {@code lake} is the branch main, {@code exp} the branch feature/exp. Every test
 * works in a namespace of its own.
 */
class SparkTest extends SparkLake {
  @BeforeAll
  static void start() {
    server.createBranch("feature/exp", "main");
    spark.catalog("exp", "lake/feature/exp", Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "exp"})
  void createsListsReadsRenamesAndDrops(String catalog) {
    spark.use(catalog);
    spark.sql("CREATE NAMESPACE shop");
    spark.sql("CREATE NAMESPACE shop.eu");
    spark.sql("CREATE TABLE shop.a (id BIGINT, name STRING)");
    spark.sql("CREATE TABLE shop.eu.b AS SELECT 1 AS id, 'x' AS name");

    assertThat(spark.rows("SHOW NAMESPACES")).contains("shop");
    assertThat(spark.rows("SHOW NAMESPACES IN shop")).containsExactly("shop.eu");
    assertThat(spark.rows("SHOW TABLES IN shop")).containsExactly("shop|a|false");
    assertThat(spark.rows("SELECT * FROM shop.a")).isEmpty();
    assertThat(spark.rows("SELECT * FROM shop.eu.b")).containsExactly("1|x");

    spark.sql("ALTER TABLE shop.eu.b RENAME TO shop.c");
    assertThat(spark.rows("SELECT * FROM shop.c")).containsExactly("1|x");
    spark.sql("DROP TABLE shop.a");
    spark.sql("DROP TABLE shop.c");
    spark.sql("DROP NAMESPACE shop.eu");
    spark.sql("DROP NAMESPACE shop");
    assertThat(spark.rows("SHOW NAMESPACES")).doesNotContain("shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "exp"})
  void appendsOverwritesMergesUpdatesAndDeletes(String catalog) {
    spark.use(catalog);
    spark.sql("CREATE NAMESPACE dml");
    spark.sql("CREATE TABLE dml.t (id INT, v STRING) PARTITIONED BY (bucket(2, id))");
    spark.sql("INSERT INTO dml.t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    assertThat(dmlRows()).containsExactly("1|a", "2|b", "3|c");

    spark.sql("UPDATE dml.t SET v = 'B' WHERE id = 2");
    spark.sql("DELETE FROM dml.t WHERE id = 3");
    assertThat(dmlRows()).containsExactly("1|a", "2|B");

    spark.sql(
        "MERGE INTO dml.t t USING (SELECT 2 AS id, 'bb' AS v UNION ALL SELECT 4, 'd') s "
            + "ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v "
            + "WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)");
    assertThat(dmlRows()).containsExactly("1|a", "2|bb", "4|d");

    spark.sql(
        "ALTER TABLE dml.t SET TBLPROPERTIES ("
            + "'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read')");
    spark.sql("DELETE FROM dml.t WHERE id = 1");
    assertThat(dmlRows()).containsExactly("2|bb", "4|d");

    spark.sql("INSERT OVERWRITE dml.t SELECT 9, 'z'");
    assertThat(dmlRows()).contains("9|z");
  }

  private static List<String> dmlRows() {
    return spark.rows("SELECT * FROM dml.t ORDER BY id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "exp"})
  void evolvesSchemaAndPartitions(String catalog) {
    spark.use(catalog);
    spark.sql("CREATE NAMESPACE ddl");
    spark.sql("CREATE TABLE ddl.t AS SELECT 1 AS id, 'x' AS name, 2 AS gone");
    spark.sql("ALTER TABLE ddl.t ADD COLUMNS (price DECIMAL(10,2), at TIMESTAMP)");
    spark.sql("ALTER TABLE ddl.t RENAME COLUMN name TO label");
    spark.sql("ALTER TABLE ddl.t DROP COLUMN gone");
    spark.sql("ALTER TABLE ddl.t ALTER COLUMN id TYPE BIGINT");
    spark.sql("ALTER TABLE ddl.t ADD PARTITION FIELD days(at)");
    spark.sql("INSERT INTO ddl.t VALUES (2, 'y', 1.50, TIMESTAMP '2026-11-01 10:00:00')");

    assertThat(spark.rows("SELECT * FROM ddl.t ORDER BY id"))
        .containsExactly("1|x|null|null", "2|y|1.50|2026-11-01 10:00:00.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake", "exp"})
  void travelsInTimeOverTheWholeHistoryOfTheBranch(String catalog) throws InterruptedException {
    spark.use(catalog);
    spark.sql("CREATE NAMESPACE tt");
    spark.sql("CREATE TABLE tt.t AS SELECT 1 AS id");
    long first = snapshot(catalog + ".tt.t");
    Thread.sleep(50); // TIMESTAMP AS OF has to fall between two snapshots
    String between = spark.rows("SELECT CAST(current_timestamp() AS STRING)").get(0);
    Thread.sleep(50);
    spark.sql("INSERT INTO tt.t VALUES (2)");

    assertThat(spark.rows("SELECT * FROM tt.t VERSION AS OF " + first)).containsExactly("1");
    assertThat(spark.rows("SELECT * FROM tt.t TIMESTAMP AS OF '" + between + "'"))
        .containsExactly("1");
    assertThat(spark.rows("SELECT * FROM tt.t.history")).hasSize(2);
    assertThat(spark.rows("SELECT * FROM tt.t ORDER BY id")).containsExactly("1", "2");
  }

  private static long snapshot(String table) {
    return spark
        .sql("SELECT snapshot_id FROM " + table + ".snapshots ORDER BY committed_at DESC LIMIT 1")
        .first()
        .getLong(0);
  }

  @Test
  void branchesAndTagsAreCatalogsAndRevisionsInTableNames() {
    spark.sql("CREATE NAMESPACE lake.refs");
    spark.sql("CREATE TABLE lake.refs.t AS SELECT 1 AS id");
    server.createTag("v1.0", "main");
    server.createBranch("dev", "main");
    spark.catalog("v1", "lake/v1.0", Map.of());
    spark.catalog("dev", "lake/dev", Map.of());
    spark.sql("INSERT INTO dev.refs.t VALUES (2)");
    spark.sql("INSERT INTO lake.refs.t VALUES (3)");

    assertThat(spark.rows("SELECT * FROM lake.refs.t ORDER BY id")).containsExactly("1", "3");
    assertThat(spark.rows("SELECT * FROM dev.refs.t ORDER BY id")).containsExactly("1", "2");
    assertThat(spark.rows("SELECT * FROM v1.refs.t")).containsExactly("1");
    assertThat(spark.rows("SELECT * FROM lake.refs.`t@v1.0`")).containsExactly("1");
    assertThat(
            spark.rows(
                "SELECT id FROM lake.refs.t WHERE id NOT IN (SELECT id FROM lake.refs.`t@dev`)"))
        .containsExactly("3");
    assertThat(spark.rows("SELECT count(*) FROM lake.refs.`t@v1.0`.snapshots"))
        .containsExactly("1");
    assertThatThrownBy(() -> spark.sql("INSERT INTO v1.refs.t VALUES (4)"))
        .hasStackTraceContaining("'v1.0'");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE v1.refs.u (id INT)"))
        .hasStackTraceContaining("'v1.0'");
  }

  @Test
  void branchesAndTagsOfTheLakeAreRefsOfEachTable() {
    spark.sql("CREATE NAMESPACE lake.native");
    spark.sql("CREATE TABLE lake.native.t AS SELECT 1 AS id");
    server.createTag("native1", "main");
    server.createBranch("nativedev", "main");
    spark.catalog("nativedev", "lake/nativedev", Map.of());
    spark.sql("INSERT INTO nativedev.native.t VALUES (2)");
    spark.sql("INSERT INTO lake.native.t VALUES (3)");
    spark.sql("REFRESH TABLE lake.native.t");

    assertThat(spark.rows("SELECT * FROM lake.native.t VERSION AS OF 'native1'"))
        .containsExactly("1");
    assertThat(spark.rows("SELECT * FROM lake.native.t VERSION AS OF 'nativedev' ORDER BY id"))
        .containsExactly("1", "2");
    spark.sql("INSERT INTO lake.native.t.branch_nativedev VALUES (4)");

    String ids = "SELECT id FROM native.t ORDER BY id";
    assertThat(server.sql(ids, "nativedev").toString()).isEqualTo("[[1],[2],[4]]");
    assertThat(server.sql(ids, "main").toString()).isEqualTo("[[1],[3]]");
    assertThat(spark.rows("SELECT * FROM lake.native.t.branch_nativedev ORDER BY id"))
        .containsExactly("1", "2", "4");
    assertThat(spark.rows("SELECT * FROM lake.native.t ORDER BY id")).containsExactly("1", "3");
  }

  @Test
  void columnsAddedOnTwoBranchesNeverShareAnId() {
    spark.sql("CREATE NAMESPACE lake.ids");
    spark.sql("CREATE TABLE lake.ids.t AS SELECT 1 AS id");
    server.createBranch("ids", "main");
    spark.catalog("ids", "lake/ids", Map.of());

    spark.sql("ALTER TABLE ids.ids.t ADD COLUMN theirs STRING");
    spark.sql("ALTER TABLE lake.ids.t ADD COLUMN ours STRING");

    assertThat(fieldId("theirs", "ids")).isNotEqualTo(fieldId("ours", "main"));
  }

  private static int fieldId(String column, String ref) {
    for (JsonNode field : server.get("tables/ids.t?ref=" + ref).at("/schema/fields")) {
      if (field.get("name").asText().equals(column)) {
        return field.get("id").asInt();
      }
    }
    throw new AssertionError("no column " + column + " at " + ref);
  }

  @Test
  void everyAppendOfEightWritersAtOnceLands() throws InterruptedException, ExecutionException {
    spark.sql("CREATE NAMESPACE lake.many");
    spark.sql("CREATE TABLE lake.many.t (writer INT, i INT)");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 8; writer++) {
        String values = "INSERT INTO lake.many.t VALUES (" + writer + ", ";
        writers.add(
            threads.submit(() -> IntStream.range(0, 5).forEach(i -> spark.sql(values + i + ")"))));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }

    spark.sql("REFRESH TABLE lake.many.t");
    assertThat(spark.rows("SELECT count(*), count(DISTINCT writer * 10 + i) FROM lake.many.t"))
        .containsExactly("40|40");
  }

  @Test
  void commitsShowInTheLogWithAuthorAndMessage() {
    spark.catalog(
        "ada",
        "lake",
        Map.of(
            "header.X-Varve-Author", "Ada Lovelace <ada@example.org>",
            "header.X-Varve-Message", "Load the engine's notes"));
    spark.sql("CREATE NAMESPACE lake.who");
    spark.sql("CREATE TABLE lake.who.t (id INT)");
    spark.sql("INSERT INTO lake.who.t VALUES (1), (2)");
    JsonNode append = server.log("main").get(0);
    assertThat(append.get("author").asText()).startsWith("spark");
    assertThat(append.get("message").asText()).contains("append").contains("2 rows to who.t");

    spark.sql("DELETE FROM lake.who.t WHERE id = 1");
    assertThat(server.log("main").get(0).get("message").asText()).contains("who.t");

    spark.sql("INSERT INTO ada.who.t VALUES (3)");
    JsonNode given = server.log("main").get(0);
    assertThat(given.get("author").asText()).isEqualTo("Ada Lovelace <ada@example.org>");
    assertThat(given.get("message").asText()).isEqualTo("Load the engine's notes");
  }

  @Test
  void readsWhatVarveIngestedWithEqualResults() throws IOException {
    Dataset<Row> types =
        spark.sql(
            "SELECT CAST(id AS INT) i, id l, CAST(id AS FLOAT) / 3 f, CAST(id AS DOUBLE) / 7 d, "
                + "CAST(id AS DECIMAL(18,3)) / 8 dec, id % 2 = 0 b, concat('row-', id) s, "
                + "CAST(concat('x', id) AS BINARY) bin, date_add(DATE '2026-01-01', CAST(id AS"
                + " INT)) dt, timestamp_micros(1767225600000000 + id * 1001) ts, "
                + "CAST(timestamp_micros(1767225600000000 + id * 1001) AS TIMESTAMP_NTZ) tn, "
                + "array(id, id + 1) arr, map('k', id) m, "
                + "named_struct('x', id, 'y', CAST(NULL AS STRING)) st, "
                + "IF(id % 3 = 0, NULL, id) n FROM range(500)");
    types.coalesce(1).write().parquet(dir.resolve("types").toString());
    server.ingest("types", onlyFile(dir.resolve("types"), ".parquet"), "parquet");
    spark.sql("REFRESH TABLE lake.default.types");
    assertSameRows(
        spark.session().read().parquet(dir.resolve("types").toString()),
        spark.session().table("lake.default.types"));

    Files.writeString(dir.resolve("cities.csv"), "id,name,area\n1,Łódź,293.3\n2,\"A, B\",\n");
    server.ingest("cities", dir.resolve("cities.csv"), "csv");
    assertThat(spark.rows("SELECT * FROM lake.default.cities ORDER BY id"))
        .containsExactly("1|Łódź|293.3", "2|A, B|null");
  }

  private static void assertSameRows(Dataset<Row> expected, Dataset<Row> actual) {
    // maps cannot be compared, their text can
    String row =
        "to_json(struct(*), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', "
            + "'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) AS row";
    Dataset<Row> left = expected.selectExpr(row);
    Dataset<Row> right = actual.selectExpr(row);
    assertThat(right.count()).isEqualTo(left.count());
    assertThat(left.exceptAll(right).collectAsList()).isEmpty();
  }

  @Test
  void varveReadsWhatSparkWroteWithEqualResults() {
    spark.sql("CREATE NAMESPACE lake.shared");
    spark.sql(
        "CREATE TABLE lake.shared.t USING iceberg PARTITIONED BY (kind) AS "
            + "SELECT id, id % 5 AS kind, CAST(id AS DECIMAL(10,2)) AS price, "
            + "concat('n', id) AS name, DATE '2026-11-01' AS day FROM range(1000)");
    spark.sql("ALTER TABLE lake.shared.t SET TBLPROPERTIES ('write.delete.mode'='merge-on-read')");
    spark.sql("DELETE FROM lake.shared.t WHERE id % 7 = 0");
    spark.sql("ALTER TABLE lake.shared.t RENAME COLUMN name TO label");

    String query =
        "SELECT kind, count(*), CAST(sum(price) AS STRING), max(label) FROM %s GROUP BY 1 ORDER BY"
            + " 1";
    List<String> bySpark = spark.rows(query.formatted("lake.shared.t"));
    List<String> byVarve =
        Stream.of(server.sql(query.formatted("shared.t"), "main"))
            .flatMap(rows -> Stream.iterate(0, i -> i < rows.size(), i -> i + 1).map(rows::get))
            .map(SparkTest::text)
            .toList();
    assertThat(byVarve).isEqualTo(bySpark);
  }

  private static String text(JsonNode row) {
    StringBuilder text = new StringBuilder();
    row.forEach(value -> text.append(text.isEmpty() ? "" : "|").append(value.asText()));
    return text.toString();
  }

  @Test
  void maintenanceBySparkHarmsNoOtherBranchAndNoOlderCommit() {
    spark.sql("CREATE NAMESPACE lake.safe");
    spark.sql("CREATE TABLE lake.safe.t AS SELECT 1 AS id");
    server.createBranch("keep", "main");
    spark.catalog("keep", "lake/keep", Map.of());
    spark.sql("INSERT OVERWRITE lake.safe.t SELECT 2");

    assertThatThrownBy(
            () ->
                spark.sql(
                    "CALL lake.system.expire_snapshots(table => 'safe.t', "
                        + "older_than => TIMESTAMP '2099-01-01 00:00:00', retain_last => 1)"))
        .hasStackTraceContaining("GC is disabled");
    assertThatThrownBy(() -> spark.sql("DROP TABLE lake.safe.t PURGE"))
        .hasStackTraceContaining("GC is disabled");
    assertThat(spark.rows("SELECT * FROM lake.safe.t")).containsExactly("2");
    spark.sql("DROP TABLE lake.safe.t");

    assertThat(spark.rows("SELECT * FROM keep.safe.t")).containsExactly("1");
    assertThat(spark.rows("SELECT * FROM lake.safe.`t@main~1`")).containsExactly("2");
    assertThat(spark.rows("SELECT * FROM lake.safe.`t@keep`")).containsExactly("1");
  }

  private static Path onlyFile(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }
}
