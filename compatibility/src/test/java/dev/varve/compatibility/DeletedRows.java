package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.spark.Spark3Util;

/**
 * A table with a row key of which Spark deleted, updated and inserted rows in base, in ours, which
 * is main, and in theirs: by merge-on-read in some of these states, by copy-on-write in the others.
 *
 * <p>Its namespace, the branch of theirs and Spark's catalog of that are all called by its name.
 */
final class DeletedRows {

  /** The states of a merge. */
  enum State {
    BASE,
    OURS,
    THEIRS
  }

  /** All rows, for any engine, as {@link #merged} has them. */
  static final String ALL = "SELECT id, a, b FROM %s ORDER BY id";

  private static final int ROWS = 60;

  private final VarveServer server;
  private final Spark spark;
  private final String name;
  private final Set<State> onRead;

  private DeletedRows(VarveServer server, Spark spark, String name, Set<State> onRead) {
    this.server = server;
    this.spark = spark;
    this.name = name;
    this.onRead = Set.copyOf(onRead);
  }

  /**
   * Creates the table in all three states.
   *
   * @param onRead the states that have what was deleted in delete files
   */
  static DeletedRows create(
      VarveServer server, Spark spark, String name, int version, Set<State> onRead) {
    DeletedRows made = new DeletedRows(server, spark, name, onRead);
    spark.sql("CREATE NAMESPACE lake." + name);
    spark.sql(
        "CREATE TABLE %s (id BIGINT NOT NULL, a BIGINT, b STRING) USING iceberg TBLPROPERTIES ('format-version' = '%d')"
            .formatted(made.ours(), version));
    spark.sql("ALTER TABLE %s SET IDENTIFIER FIELDS id".formatted(made.ours()));
    for (int from = 0; from < ROWS; from += ROWS / 2) {
      spark.sql(
          "INSERT INTO %s SELECT id, id, concat('b', id) FROM range(%d, %d, 1, 1)"
              .formatted(made.ours(), from, from + ROWS / 2));
    }
    made.edit(State.BASE, made.ours(), "DELETE FROM %s WHERE id %% 10 = 9");
    server.createBranch(name, "main");
    spark.catalog(name, "lake/" + name, Map.of());
    made.edit(
        State.THEIRS,
        made.theirs(),
        "DELETE FROM %s WHERE id %% 10 IN (1, 7)",
        """
        MERGE INTO %s t USING (SELECT id FROM range(62) WHERE id %% 5 = 0 OR id > 58) s ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET b = concat('theirs', t.id)
        WHEN NOT MATCHED THEN INSERT (id, a, b) VALUES (s.id, 0, 'new')""");
    made.edit(
        State.OURS,
        made.ours(),
        "DELETE FROM %s WHERE id %% 10 IN (3, 7)",
        "UPDATE %s SET a = a + 1000 WHERE id %% 2 = 0");
    return made;
  }

  private void edit(State state, String table, String... statements) {
    String mode = onRead.contains(state) ? "merge-on-read" : "copy-on-write";
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('write.delete.mode' = '%2$s', 'write.update.mode' = '%2$s', 'write.merge.mode' = '%2$s')"
            .formatted(table, mode));
    for (String statement : statements) {
      spark.sql(statement.formatted(table));
      assertThat(newest(table).containsKey("added-delete-files"))
          .as("%s by %s", statement, mode)
          .isEqualTo(onRead.contains(state));
    }
  }

  /** What the newest snapshot of a table says of itself. */
  private Map<String, String> newest(String table) {
    try {
      return Spark3Util.loadIcebergTable(spark.session(), table).currentSnapshot().summary();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  String ours() {
    return "lake." + name + ".t";
  }

  private String theirs() {
    return name + "." + name + ".t";
  }

  /** Merges the rows of theirs into ours. */
  void merge() {
    JsonNode table = server.post("merge", Map.of("from", name, "into", "main")).at("/tables/0");
    assertThat(table.path("level").asText()).as("%s", table).isEqualTo("rows");
    spark.sql("REFRESH TABLE " + ours());
  }

  /** The rows that {@link #ALL} is to show after the merge. */
  static List<String> merged() {
    return merged(id -> false);
  }

  /** The same without some. */
  static List<String> merged(IntPredicate gone) {
    Stream<String> kept =
        IntStream.range(0, ROWS)
            .filter(id -> id % 2 == 0 || id % 10 == 5)
            .filter(gone.negate())
            .mapToObj(
                id ->
                    "%d|%d|%s%d"
                        .formatted(
                            id, id + (id % 2 == 0 ? 1000 : 0), id % 5 == 0 ? "theirs" : "b", id));
    Stream<String> added =
        IntStream.of(ROWS - 1, ROWS, ROWS + 1)
            .filter(gone.negate())
            .mapToObj("%d|0|new"::formatted);
    return Stream.concat(kept, added).toList();
  }
}
