package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spark updates rows on two branches, and reads and rewrites what Varve merges. */
class SparkMergeTest extends SparkLake {
  /** Spark keeps the rows of such tables in their files and in their order. */
  @ParameterizedTest
  @CsvSource({"whole, ''", "buckets, 'PARTITIONED BY (bucket(3, id))'"})
  void columnsThatOnlyTheirsUpdatedAreTakenByteForByte(String name, String layout)
      throws IOException {
    UpdatedColumns table = UpdatedColumns.create(server, spark, dir, name, 2, layout, 1).update();
    List<ColumnChunks> ours = files(table.ours());
    List<ColumnChunks> theirs = files(table.theirs());

    assertThat(table.merge()).isEqualTo(layout.isEmpty() ? 1 : 3);

    List<ColumnChunks> merged = files(table.ours());
    assertThat(merged).hasSameSizeAs(ours);
    for (int file = 0; file < merged.size(); file++) {
      ColumnChunks is = merged.get(file);
      assertThat(is.rowGroups()).hasSizeGreaterThan(3).isEqualTo(ours.get(file).rowGroups());
      for (String column : List.of("id", "region", "tags.list.element", "amount")) {
        assertThat(is.column(column)).as(column).isEqualTo(ours.get(file).column(column));
      }
      for (String column : List.of("word", "point.x", "point.y")) {
        assertThat(is.column(column)).as(column).isEqualTo(theirs.get(file).column(column));
      }
      assertThat(is.column("word")).allMatch(chunk -> chunk.filter().isPresent());
    }
    assertReadAndRewritten(table);
  }

  /**
   * Spark writes the rows of several files into one, unless a partition each keeps them apart; and
   * of format 3 it writes where rows come from.
   */
  @ParameterizedTest
  @CsvSource({"inserts, 2, '', 3", "lineages, 3, 'PARTITIONED BY (bucket(3, id))', 1"})
  void rowsAreMergedWhereSparkMovesThem(String name, int version, String layout, int inserts) {
    UpdatedColumns table =
        UpdatedColumns.create(server, spark, dir, name, version, layout, inserts).update();

    table.merge();

    assertReadAndRewritten(table);
  }

  /**
   * Of rows that were updated before, files of format 3 tell which they are, and since when. Those
   * that base and theirs updated are of one age there, but not where ours has updated others.
   */
  @Test
  void rowsThatAMergeChangesAreNewerThanOurs() {
    UpdatedColumns table = UpdatedColumns.create(server, spark, dir, "newer", 3, "", 1);
    spark.sql("UPDATE %s SET region = 9 WHERE id %% 5 = 0".formatted(table.ours()));
    table.update();
    long before = updated(table, "true").max().orElseThrow();

    table.merge();

    assertThat(updated(table, "id % 5 = 0")).isNotEmpty().allMatch(sequence -> sequence > before);
  }

  /** Where each update was of all rows, all files say the same of them. */
  @Test
  void rowsOfFormat3StayThemselvesWhereColumnsAreTaken() throws IOException {
    UpdatedColumns table = UpdatedColumns.create(server, spark, dir, "same", 3, "", 1);
    spark.sql("UPDATE %s SET region = 9".formatted(table.ours()));
    table.update("true", "true");
    long before = updated(table, "true").max().orElseThrow();
    ColumnChunks ours = files(table.ours()).get(0);
    ColumnChunks theirs = files(table.theirs()).get(0);

    assertThat(table.merge()).isEqualTo(1);

    ColumnChunks merged = files(table.ours()).get(0);
    assertThat(merged.column("_row_id")).isEqualTo(ours.column("_row_id"));
    assertThat(merged.column("word")).isEqualTo(theirs.column("word"));
    assertThat(updated(table, "true")).isNotEmpty().allMatch(sequence -> sequence > before);
  }

  @Test
  void aPreparedMergeIsReadBeforeItIsPublishedAsItIs() {
    UpdatedColumns table =
        UpdatedColumns.create(server, spark, dir, "previewed", 2, "", 1).update();
    List<String> before = spark.rows(UpdatedColumns.ALL.formatted(table.ours()));

    String prepared = table.prepare();

    spark.catalog("preview", "lake/" + prepared, Map.of());
    String waiting = table.ours().replaceFirst("^lake", "preview");
    for (String read :
        List.of(
            waiting,
            "%s VERSION AS OF '%s'".formatted(table.ours(), prepared),
            "lake.previewed.`t@%s`".formatted(prepared))) {
      assertThat(spark.rows(UpdatedColumns.ALL.formatted(read)))
          .as(read)
          .isEqualTo(UpdatedColumns.merged());
    }
    assertThat(spark.rows(UpdatedColumns.ALL.formatted(table.ours()))).isEqualTo(before);
    String snapshot = "SELECT snapshot_id FROM %s.refs WHERE name = 'main'";
    List<String> seen = spark.rows(snapshot.formatted(waiting));

    table.publish(prepared);

    assertThat(spark.rows(snapshot.formatted(table.ours()))).hasSize(1).isEqualTo(seen);
    assertThat(spark.rows(UpdatedColumns.ALL.formatted(table.ours())))
        .isEqualTo(UpdatedColumns.merged());
  }

  /** The sequence numbers of the commits that last updated some rows. */
  private static LongStream updated(UpdatedColumns table, String rows) {
    return spark
        .sql("SELECT _last_updated_sequence_number FROM %s WHERE %s".formatted(table.ours(), rows))
        .collectAsList()
        .stream()
        .mapToLong(row -> row.getLong(0));
  }

  /** The data files of a table, in the order of their least keys. */
  private static List<ColumnChunks> files(String table) throws IOException {
    List<String> paths =
        spark.rows(
            "SELECT file_path FROM %s.files ORDER BY readable_metrics.id.lower_bound"
                .formatted(table));
    List<ColumnChunks> files = new ArrayList<>();
    for (String path : paths) {
      files.add(ColumnChunks.read(path));
    }
    return files;
  }

  private static void assertReadAndRewritten(UpdatedColumns table) {
    String all = UpdatedColumns.ALL.formatted(table.ours());
    assertThat(spark.rows(all)).isEqualTo(UpdatedColumns.merged());
    for (String vectorized : List.of("true", "false")) {
      spark.session().conf().set("spark.sql.iceberg.vectorization.enabled", vectorized);
      assertThat(spark.rows(table.find()))
          .as("vectorized: %s", vectorized)
          .isEqualTo(UpdatedColumns.found());
    }
    spark.session().conf().unset("spark.sql.iceberg.vectorization.enabled");

    spark.sql("UPDATE %s SET word = concat(word, '!') WHERE id %% 7 = 0".formatted(table.ours()));
    spark.sql(
        "CALL lake.system.rewrite_data_files(table => '%s', options => map('rewrite-all', 'true'))"
            .formatted(table.ours()));
    assertThat(spark.rows(all)).isEqualTo(UpdatedColumns.merged(id -> id % 7 == 0));
  }
}
