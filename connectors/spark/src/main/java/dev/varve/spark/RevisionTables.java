package dev.varve.spark;

import dev.varve.client.RemoteRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.iceberg.spark.SparkCatalog;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** The tables of one revision, through Varve's Iceberg catalog. */
final class RevisionTables {
  private static final Pattern ELEMENT = Pattern.compile("\"((?:[^\"]|\"\")*)\"|[^.\"]+");

  private final SparkSession spark;
  private final String revision;
  private final String catalog;

  RevisionTables(SparkSession spark, RemoteRepository repository, String revision) {
    this.spark = spark;
    this.revision = revision;
    this.catalog = "varve_" + UUID.randomUUID().toString().replace("-", "");
    String key = "spark.sql.catalog." + catalog;
    spark.conf().set(key, SparkCatalog.class.getName());
    spark.conf().set(key + ".type", "rest");
    spark.conf().set(key + ".uri", repository.url().resolve("/iceberg").toString());
    spark.conf().set(key + ".warehouse", repository.name() + "/" + revision);
    spark.conf().set(key + ".cache-enabled", "false");
    repository
        .authorization()
        .ifPresent(value -> spark.conf().set(key + ".header.Authorization", value));
  }

  String revision() {
    return revision;
  }

  /** A table as Iceberg's API sees it; what it commits goes to the branch. */
  Table load(String table) {
    try {
      return Spark3Util.loadIcebergTable(spark, identifier(table));
    } catch (NoSuchTableException | ParseException e) {
      throw new IllegalStateException("cannot load '%s' of '%s'".formatted(table, revision), e);
    }
  }

  Dataset<Row> read(String table) {
    return spark.table(identifier(table));
  }

  /** As {@link #read}; empty if there is no such table. */
  Optional<Dataset<Row>> find(String table) {
    return spark.catalog().tableExists(identifier(table))
        ? Optional.of(read(table))
        : Optional.empty();
  }

  /** Makes a table of rows, in the place of one that may be there; in one commit. */
  void write(String table, Dataset<Row> rows, Map<String, String> properties) {
    CreateTableWriter<Row> writer = rows.writeTo(identifier(table)).using("iceberg");
    properties.forEach(writer::tableProperty);
    writer.createOrReplace();
  }

  /** A name as Varve prints it, as Spark reads it; a bare one is of the namespace default. */
  private String identifier(String table) {
    List<String> elements = new ArrayList<>(List.of(catalog));
    Matcher element = ELEMENT.matcher(table);
    while (element.find()) {
      String quoted = element.group(1);
      elements.add(quoted == null ? element.group() : quoted.replace("\"\"", "\""));
    }
    if (elements.size() == 2) {
      elements.add(1, "default");
    }
    return elements.stream()
        .map(name -> "`" + name.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }
}
