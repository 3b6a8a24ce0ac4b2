package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * On one branch Spark rewrites the files of a table, on the other it changes rows: that is no
 * conflict, whichever of the two is merged into the other.
 */
class SparkRewritesTest extends SparkLake {
  private static final int ROWS = 120;

  /** How files are rewritten: procedures of Iceberg, on the catalog %1$s and its table %2$s. */
  private enum Rewrite {
    COMPACTED("rewrite_data_files", ""),
    SORTED("rewrite_data_files", ", strategy => 'sort', sort_order => 'b DESC'"),
    PARTITIONED("rewrite_data_files", ""),
    DELETES("rewrite_position_delete_files", "");

    private final String call;

    Rewrite(String procedure, String more) {
      call =
          "CALL %%s.system.%s(table => '%%s'%s, options => map('rewrite-all', 'true'))"
              .formatted(procedure, more);
    }

    void rewrite(String catalog, String table) {
      if (this == PARTITIONED) {
        spark.sql("ALTER TABLE %s ADD PARTITION FIELD bucket(2, id)".formatted(table));
      }
      spark.sql(call.formatted(catalog, table));
    }
  }

  /** In format 3 a file has one deletion vector, of which there is nothing to rewrite. */
  @ParameterizedTest
  @CsvSource({
    "COMPACTED, 2", "COMPACTED, 3",
    "SORTED, 2", "SORTED, 3",
    "PARTITIONED, 2", "PARTITIONED, 3",
    "DELETES, 2"
  })
  void filesThatAreRewrittenAreNoChangeOfRows(Rewrite how, int version) {
    String name = how.name().toLowerCase(Locale.ROOT) + version;
    Tables tables = Tables.create(name, version);
    how.rewrite(tables.rewritten, tables.in(tables.rewritten));
    change(tables.in(tables.changed));
    Set<String> before = files(tables.in(tables.changed));
    Set<String> rewritten = files(tables.in(tables.rewritten));
    assertThat(rewritten).isNotEqualTo(before);
    tables.branch(tables.copy, tables.changed);

    // Theirs was rewritten: it changed no row, so that ours stays as it is, file by file.
    tables.merge(tables.rewritten, tables.copy);
    assertThat(rows(tables.in(tables.copy))).isEqualTo(changedRows());
    assertThat(files(tables.in(tables.copy))).isEqualTo(before);

    // Ours was rewritten: theirs' changes come into the files as they are by now.
    List<String> layout = layout(tables.in(tables.rewritten));
    JsonNode merge = tables.merge(tables.changed, tables.rewritten);
    assertThat(rows(tables.in(tables.rewritten))).isEqualTo(changedRows());
    assertThat(layout(tables.in(tables.rewritten))).isEqualTo(layout);
    assertThat(merge.at("/tables/0/rows/rowsChanged").asInt()).as("%s", merge).isEqualTo(9);
    if (how == Rewrite.DELETES) {
      // Two of three files and their deletes: the changes are to the rows of one.
      assertThat(files(tables.in(tables.rewritten))).filteredOn(rewritten::contains).hasSize(4);
    }
    if (how == Rewrite.PARTITIONED) {
      assertThat(spark.rows("DESCRIBE TABLE " + tables.in(tables.copy)))
          .anyMatch(line -> line.contains("bucket(2, id)"));
    }
  }

  /**
   * The table, on branches and in catalogs of their names.
   *
   * @param copy of changed
   */
  private record Tables(String name, String rewritten, String changed, String copy) {

    /** A table of three files with deletes in two files each. */
    static Tables create(String name, int version) {
      Tables tables = new Tables(name, name + "_rewritten", name + "_changed", name + "_copy");
      String table = tables.in("lake");
      spark.sql("CREATE NAMESPACE lake." + name);
      spark.sql(
          ("CREATE TABLE %s (id BIGINT NOT NULL, a BIGINT, b STRING) USING iceberg"
                  + " TBLPROPERTIES ('format-version' = '%d',"
                  + " 'write.delete.mode' = 'merge-on-read',"
                  + " 'write.update.mode' = 'merge-on-read')")
              .formatted(table, version));
      spark.sql("ALTER TABLE %s SET IDENTIFIER FIELDS id".formatted(table));
      for (int from = 0; from < ROWS; from += ROWS / 3) {
        spark.sql(
            "INSERT INTO %s SELECT id, id, concat('b', id) FROM range(%d, %d, 1, 1)"
                .formatted(table, from, from + ROWS / 3));
      }
      spark.sql("DELETE FROM %s WHERE id %% 10 = 9".formatted(table));
      spark.sql("DELETE FROM %s WHERE id %% 10 = 8".formatted(table));
      tables.branch(tables.rewritten, "main");
      tables.branch(tables.changed, "main");
      return tables;
    }

    void branch(String branch, String from) {
      server.createBranch(branch, from);
      spark.catalog(branch, "lake/" + branch, Map.of());
    }

    String in(String catalog) {
      return catalog + "." + name + ".t";
    }

    JsonNode merge(String from, String into) {
      JsonNode merge = server.post("merge", Map.of("from", from, "into", into));
      assertThat(merge.path("outcome").asText()).as("%s", merge).isEqualTo("merged");
      spark.sql("REFRESH TABLE " + in(into));
      return merge;
    }
  }

  /** Updates and deletes four rows of the first file, and adds one. */
  private static void change(String table) {
    spark.sql("UPDATE %s SET a = a + 1000 WHERE id %% 10 = 0 AND id < 40".formatted(table));
    spark.sql("DELETE FROM %s WHERE id %% 10 = 3 AND id < 40".formatted(table));
    spark.sql("INSERT INTO %s VALUES (%d, 0, 'new')".formatted(table, ROWS));
  }

  private static List<String> changedRows() {
    Stream<String> kept =
        IntStream.range(0, ROWS)
            .filter(id -> id % 10 < 8 && (id % 10 != 3 || id >= 40))
            .mapToObj(id -> "%d|%d|b%1$d".formatted(id, id + (id % 10 == 0 && id < 40 ? 1000 : 0)));
    return Stream.concat(kept, Stream.of(ROWS + "|0|new")).toList();
  }

  private static List<String> rows(String table) {
    return spark.rows("SELECT id, a, b FROM %s ORDER BY id".formatted(table));
  }

  /** The data files of a table and its delete files. */
  private static Set<String> files(String table) {
    return new TreeSet<>(
        spark.rows("SELECT content, file_path, content_offset FROM %s.files".formatted(table)));
  }

  /** How many data files a table has, by its partition specs. */
  private static List<String> layout(String table) {
    return spark.rows(
        "SELECT spec_id, count(*) FROM %s.data_files GROUP BY spec_id ORDER BY spec_id"
            .formatted(table));
  }
}
