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
 * <p>Usage: {@code MergeIntoCost DIRECTORY}. Each directory in it has Parquet files of three states
 * of a table, {@code base}, {@code ours} and {@code theirs}, and {@code changes.parquet}, the rows
 * of {@code id} and {@code b} that theirs changed. For each a line is printed, with tabs between:
 * its name, the seconds that it took to merge the given changes, and those that it took to find
 * them in the states and merge them; of two merges each, the faster.
 */
final class MergeIntoCost {
  private static final int ROUNDS = 2;

  /**
   * What theirs changed. Rows that it inserted or deleted are not looked for, of which there are
   * none here: that would take an outer join.
   */
  private static final String FOUND =
      """
      (SELECT t.id, t.b FROM parquet.`%s` AS t JOIN parquet.`%s` AS b ON t.id = b.id
       WHERE NOT (t.a <=> b.a AND t.b <=> b.b AND t.c <=> b.c))""";

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
      merge(spark, "warmup", changes.get(0), given(changes.get(0)));
      for (Path change : changes) {
        String table = "t" + changes.indexOf(change);
        double given = merge(spark, table, change, given(change));
        double found = merge(spark, "found_" + table, change, found(change));
        System.out.printf(Locale.ROOT, "%s\t%.3f\t%.3f%n", change.getFileName(), given, found);
        System.out.flush();
      }
    }
  }

  private static String given(Path change) {
    return "parquet.`%s`".formatted(change.resolve("changes.parquet"));
  }

  private static String found(Path change) {
    return FOUND.formatted(change.resolve("theirs"), change.resolve("base"));
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

  private static double merge(SparkSession spark, String name, Path change, String rows) {
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
          MERGE INTO %s AS t USING %s AS s ON t.id = s.id
          WHEN MATCHED THEN UPDATE SET t.b = s.b"""
              .formatted(table, rows));
      least = Math.min(least, (System.nanoTime() - begin) / 1e9);
      spark.sql("CALL lake.system.rollback_to_snapshot('db.%s', %dL)".formatted(name, start));
    }
    return least;
  }
}
