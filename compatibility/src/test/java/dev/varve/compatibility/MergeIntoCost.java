package dev.varve.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Times Spark's {@code MERGE INTO} for {@code benchmarks/run row-merge}, which starts it; no test.
 *
 * <p>Usage: {@code MergeIntoCost DIRECTORY}. Each directory in it has Parquet files {@code ours} of
 * a table and {@code changes.parquet}, rows of {@code id} and {@code b} to be set. For each a line
 * is printed: its name, a tab, and the seconds that the faster of two merges took.
 */
final class MergeIntoCost {
  private static final int ROUNDS = 2;

  private MergeIntoCost() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    List<Path> changes;
    try (Stream<Path> all = Files.list(directory)) {
      changes = all.filter(each -> Files.exists(each.resolve("ours"))).sorted().toList();
    }
    try (SparkSession spark = session(directory)) {
      spark.sparkContext().setLogLevel("ERROR");
      // The first merge of a process loads classes and compiles code.
      merge(spark, "warmup", changes.get(0));
      for (Path change : changes) {
        String table = "t" + changes.indexOf(change);
        double seconds = merge(spark, table, change);
        System.out.printf(Locale.ROOT, "%s\t%.3f%n", change.getFileName(), seconds);
        System.out.flush();
      }
    }
  }

  private static SparkSession session(Path directory) {
    return SparkSession.builder()
        .master("local[2]")
        .appName("merge-into-cost")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.local.dir", directory.resolve("spark-local").toString())
        .config("spark.sql.warehouse.dir", directory.resolve("spark-warehouse").toString())
        .config(
            "spark.sql.extensions",
            "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
        .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
        .config("spark.sql.catalog.lake.type", "hadoop")
        .config("spark.sql.catalog.lake.warehouse", directory.resolve("iceberg").toString())
        .getOrCreate();
  }

  private static double merge(SparkSession spark, String name, Path change) {
    String table = "lake.db." + name;
    spark.sql(
        "CREATE TABLE %s (id BIGINT NOT NULL, a BIGINT, b DOUBLE, c STRING) USING iceberg"
            .formatted(table));
    spark.sql(
        "CALL lake.system.add_files(table => 'db.%s', source_table => '`parquet`.`%s`')"
            .formatted(name, change.resolve("ours")));
    long start =
        spark
            .sql("SELECT snapshot_id FROM %s.snapshots".formatted(table))
            .collectAsList()
            .get(0)
            .getLong(0);
    double least = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      spark.sql(
          """
          MERGE INTO %s AS t USING parquet.`%s` AS s ON t.id = s.id
          WHEN MATCHED THEN UPDATE SET t.b = s.b"""
              .formatted(table, change.resolve("changes.parquet")));
      least = Math.min(least, (System.nanoTime() - begin) / 1e9);
      spark.sql("CALL lake.system.rollback_to_snapshot('db.%s', %dL)".formatted(name, start));
    }
    return least;
  }
}
