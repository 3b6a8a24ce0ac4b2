package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A table with a row key that Spark wrote and then updated, copy-on-write, on two branches: ours,
 * which is main, a number, and theirs a string and a struct.
 *
 * <p>Its namespace, the branch of theirs and Spark's catalog of that are all called by its name.
 */
final class UpdatedColumns {

  static final int ROWS = 6000;

  /** All rows, for any engine, as {@link #merged} has them. */
  static final String ALL =
      "SELECT id, region, word, point.x, point.y, array_join(tags, ','), amount FROM %s ORDER BY id";

  /**
   * Conditions on one column, which its filters, indexes and statistics can answer, and the ids of
   * the merged rows for which they hold.
   */
  private static final Map<String, List<Integer>> FOUND =
      new TreeMap<>(
          Map.of(
              "word = 'taken-3000'", List.of(3000),
              "word = 'word-3001'", List.of(3001),
              "word = 'word-3000'", List.of(), // is in base and in ours
              "word > 'word-9989'", List.of(999),
              "point.x = -3000", List.of(3000),
              "point.x < -5990", List.of(5995),
              "amount = 2499.5", List.of(5998),
              "amount = 1499.0", List.of(1996), // 5996 has it in base and in theirs
              "id = 4321", List.of(4321)));

  private static final int GROUP_ROWS = 500;

  private final VarveServer server;
  private final Spark spark;
  private final String name;

  private UpdatedColumns(VarveServer server, Spark spark, String name) {
    this.server = server;
    this.spark = spark;
    this.name = name;
  }

  /**
   * Creates the table on main and inserts its rows, in row groups of {@value #GROUP_ROWS}.
   *
   * @param scratch gets the rows as a Parquet file: columns of files may all be null, so that
   *     Spark's writer makes them optional, as it does when it updates them
   * @param layout a clause of {@code CREATE TABLE}, or nothing
   * @param inserts by how many statements
   */
  static UpdatedColumns create(
      VarveServer server,
      Spark spark,
      Path scratch,
      String name,
      int version,
      String layout,
      int inserts) {
    UpdatedColumns made = new UpdatedColumns(server, spark, name);
    spark.sql("CREATE NAMESPACE lake." + name);
    spark.sql(
        """
        CREATE TABLE %s (id BIGINT NOT NULL, region INT, word STRING,
          point STRUCT<x: INT, y: STRING>, tags ARRAY<STRING>, amount DOUBLE)
        USING iceberg %s TBLPROPERTIES (
          'format-version' = '%d',
          'write.parquet.bloom-filter-enabled.column.word' = 'true',
          'write.parquet.page-size-bytes' = '2000',
          'write.parquet.row-group-size-bytes' = '1000',
          'write.parquet.row-group-check-min-record-count' = '%4$d',
          'write.parquet.row-group-check-max-record-count' = '%4$d')"""
            .formatted(made.ours(), layout, version, GROUP_ROWS));
    spark.sql("ALTER TABLE %s SET IDENTIFIER FIELDS id".formatted(made.ours()));
    String rows = scratch.resolve("rows").toString();
    if (Files.notExists(Path.of(rows))) {
      spark
          .sql(
              """
              SELECT id, CAST(id % 3 AS INT) AS region, concat('word-', id) AS word,
                named_struct('x', CAST(id AS INT), 'y', concat('y', id % 7)) AS point,
                array('a', concat('t', id % 5)) AS tags, id / 4D AS amount
              FROM range(0, 6000, 1, 1)""")
          .write()
          .parquet(rows);
    }
    for (int insert = 0; insert < inserts; insert++) {
      spark.sql(
          "INSERT INTO %s SELECT * FROM parquet.`%s` WHERE id DIV %d = %d"
              .formatted(made.ours(), rows, ROWS / inserts, insert));
    }
    return made;
  }

  String ours() {
    return "lake." + name + ".t";
  }

  String theirs() {
    return name + "." + ours().substring("lake.".length());
  }

  /** Updates some rows of each file on both branches. */
  UpdatedColumns update() {
    return update("id % 5 = 0", "id % 2 = 0");
  }

  /** Makes the branch of theirs and updates rows on both, each those that meet a condition. */
  UpdatedColumns update(String inTheirs, String inOurs) {
    server.createBranch(name, "main");
    spark.catalog(name, "lake/" + name, Map.of());
    spark.sql(
        "UPDATE %s SET word = concat('taken-', id), point.x = -point.x WHERE %s"
            .formatted(theirs(), inTheirs));
    spark.sql("UPDATE %s SET amount = amount + 1000 WHERE %s".formatted(ours(), inOurs));
    return this;
  }

  /** Merges the rows of theirs into ours; returns how many files took whole columns. */
  int merge() {
    JsonNode table = server.post("merge", Map.of("from", name, "into", "main")).at("/tables/0");
    assertThat(table.path("level").asText()).as("%s", table).isEqualTo("rows");
    spark.sql("REFRESH TABLE " + ours());
    return table.at("/rows/filesSpliced").asInt();
  }

  /** Merges them on a branch of its own, that waits to be published; returns its name. */
  String prepare() {
    JsonNode merge = server.post("merge", Map.of("from", name, "into", "main", "prepare", true));
    assertThat(merge.at("/prepared/state").asText()).as("%s", merge).isEqualTo("ready");
    spark.sql("REFRESH TABLE " + ours());
    return merge.at("/prepared/name").asText();
  }

  /** Moves main to what was prepared. */
  void publish(String prepared) {
    JsonNode published = server.post("prepared-publish", Map.of("name", prepared));
    assertThat(published.path("outcome").asText()).as("%s", published).isEqualTo("published");
    spark.sql("REFRESH TABLE " + ours());
  }

  /** A query for the rows that meet some conditions, each condition with a number before them. */
  String find() {
    List<String> parts = new ArrayList<>();
    for (String condition : FOUND.keySet()) {
      parts.add("SELECT %d AS n, id FROM %s WHERE %s".formatted(parts.size(), ours(), condition));
    }
    return String.join(" UNION ALL ", parts) + " ORDER BY n, id";
  }

  /** The rows that {@link #find} is to find after the merge. */
  static List<String> found() {
    List<String> rows = new ArrayList<>();
    int number = 0;
    for (List<Integer> ids : FOUND.values()) {
      for (int id : ids) {
        rows.add(number + "|" + id);
      }
      number++;
    }
    return rows;
  }

  /** The rows that {@link #ALL} is to show after the merge. */
  static List<String> merged() {
    return merged(id -> false);
  }

  /** The same with an exclamation mark behind the word of some. */
  static List<String> merged(IntPredicate loud) {
    return IntStream.range(0, ROWS)
        .mapToObj(
            id ->
                "%d|%d|%s-%d%s|%d|y%d|a,t%d|%s"
                    .formatted(
                        id,
                        id % 3,
                        id % 5 == 0 ? "taken" : "word",
                        id,
                        loud.test(id) ? "!" : "",
                        id % 5 == 0 ? -id : id,
                        id % 7,
                        id % 5,
                        id / 4.0 + (id % 2 == 0 ? 1000 : 0)))
        .toList();
  }
}
