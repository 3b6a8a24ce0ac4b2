package dev.varve.spark;

import dev.varve.client.RemoteRepository;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** A local Spark session with the stock Iceberg runtime. */
final class TestSpark implements AutoCloseable {
  private final SparkSession session;

  TestSpark(Path scratch) {
    this.session =
        SparkSession.builder()
            .master("local[2]")
            .appName("varve-spark")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", scratch.resolve("spark-warehouse").toString())
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
  }

  SparkSession session() {
    return session;
  }

  /** Makes a branch known as a catalog of the same name. */
  void catalog(RemoteRepository lake, String branch) {
    String key = "spark.sql.catalog." + branch;
    session.conf().set(key, "org.apache.iceberg.spark.SparkCatalog");
    session.conf().set(key + ".type", "rest");
    session.conf().set(key + ".uri", lake.url().resolve("/iceberg").toString());
    session.conf().set(key + ".warehouse", lake.name() + "/" + branch);
    session.conf().set(key + ".cache-enabled", "false");
  }

  void sql(String sql) {
    session.sql(sql);
  }

  /** The rows of a query, each as the text of its values. */
  List<String> rows(String sql) {
    return session.sql(sql).collectAsList().stream().map(row -> row.mkString("|")).toList();
  }

  @Override
  public void close() {
    session.stop();
  }
}
