package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.compatibility.DeletedRows.State;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Varve merges what Spark deleted and updated merge-on-read: positional deletes in format 2,
 * deletion vectors in format 3.
 */
class SparkMergeOnReadTest extends SparkLake {
  static Stream<Arguments> versionsAndStates() {
    return Stream.of(2, 3)
        .flatMap(
            version ->
                Stream.of(
                        Set.of(State.BASE),
                        Set.of(State.OURS),
                        Set.of(State.THEIRS),
                        Set.of(State.values()))
                    .map(states -> Arguments.of(version, states)));
  }

  @ParameterizedTest
  @MethodSource("versionsAndStates")
  void rowsThatDeleteFilesHideAreMergedAndReadBySpark(int version, Set<State> onRead) {
    String name =
        "v" + version + onRead.stream().sorted().map(State::name).collect(Collectors.joining());
    DeletedRows table = DeletedRows.create(server, spark, name, version, onRead);

    table.merge();

    String all = DeletedRows.ALL.formatted(table.ours());
    for (String vectorized : List.of("true", "false")) {
      spark.session().conf().set("spark.sql.iceberg.vectorization.enabled", vectorized);
      assertThat(spark.rows(all)).as("vectorized: %s", vectorized).isEqualTo(DeletedRows.merged());
    }
    spark.session().conf().unset("spark.sql.iceberg.vectorization.enabled");

    spark.sql("DELETE FROM %s WHERE id %% 4 = 0".formatted(table.ours()));
    assertThat(spark.rows(all)).isEqualTo(DeletedRows.merged(id -> id % 4 == 0));
    spark.sql(
        "CALL lake.system.rewrite_data_files(table => '%s', options => map('rewrite-all', 'true'))"
            .formatted(table.ours()));
    assertThat(spark.rows(all)).isEqualTo(DeletedRows.merged(id -> id % 4 == 0));
  }
}
