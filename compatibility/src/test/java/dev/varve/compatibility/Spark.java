package dev.varve.compatibility;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A local Spark session with the stock Iceberg runtime, configured as its manual says. */
final class Spark implements AutoCloseable {

  private final SparkSession session;
  private final String uri;

  Spark(String uri, Path scratch) {
    this.uri = uri;
    this.session =
        SparkSession.builder()
            .master("local[2]")
            .appName("compatibility")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            // Spark's default is INT96, which does not say that it is a time with zone
            .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
            .config("spark.sql.warehouse.dir", scratch.resolve("spark-warehouse").toString())
            .config(
                "spark.sql.extensions",
                "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
            .getOrCreate();
    session.sparkContext().setLogLevel("ERROR");
  }

  /** Makes {@code warehouse} known as the catalog {@code name}. */
  void catalog(String name, String warehouse, Map<String, String> more) {
    String key = "spark.sql.catalog." + name;
    session.conf().set(key, "org.apache.iceberg.spark.SparkCatalog");
    session.conf().set(key + ".type", "rest");
    session.conf().set(key + ".uri", uri);
    session.conf().set(key + ".warehouse", warehouse);
    more.forEach((property, value) -> session.conf().set(key + "." + property, value));
  }

  /** Resolves the names that follow, which name no catalog, in the catalog {@code name}. */
  void use(String name) {
    session.catalog().setCurrentCatalog(name);
  }

  Dataset<Row> sql(String sql) {
    return session.sql(sql);
  }

  /** The rows of a query, each as the text of its values. */
  List<String> rows(String sql) {
    return sql(sql).collectAsList().stream().map(row -> row.mkString("|")).toList();
  }

  SparkSession session() {
    return session;
  }

  @Override
  public void close() {
    session.stop();
  }
}
