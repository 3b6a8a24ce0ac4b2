package dev.varve.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Branches of the lake by the SQL that stock Spark has for the refs of a table. */
class SparkRefsTest extends SparkLake {
  /** On {@code main}: a, b; on the branches {@code exp} and {@code feature/x}: a. */
  @BeforeAll
  static void start() {
    spark.use("lake");
    spark.sql("CREATE NAMESPACE refs");
    spark.sql("CREATE TABLE refs.t (id INT, v STRING)");
    spark.sql("INSERT INTO refs.t VALUES (1, 'a')");
    server.createBranch("exp", "main");
    server.createBranch("feature/x", "main");
    spark.sql("INSERT INTO refs.t VALUES (2, 'b')");
    spark.catalog("exp", "lake/exp", Map.of());
  }

  @Test
  void areReadAndWrittenByTheirNames() {
    assertThat(spark.rows("SELECT id FROM refs.t VERSION AS OF 'exp'")).containsExactly("1");
    assertThat(spark.rows("SELECT id FROM refs.t.`branch_feature/x`")).containsExactly("1");
    assertThat(spark.rows("SELECT name FROM refs.t.refs ORDER BY name"))
        .containsExactly("exp", "feature/x", "main");

    spark.sql("INSERT INTO refs.t.branch_exp VALUES (3, 'c')");
    spark.sql("UPDATE refs.t.branch_exp SET v = 'A' WHERE id = 1");

    spark.sql("REFRESH TABLE exp.refs.t");
    assertThat(spark.rows("SELECT id, v FROM exp.refs.t ORDER BY id"))
        .containsExactly("1|A", "3|c");
    spark.sql("REFRESH TABLE refs.t");
    assertThat(spark.rows("SELECT id, v FROM refs.t VERSION AS OF 'exp' ORDER BY id"))
        .containsExactly("1|A", "3|c");
    assertThat(spark.rows("SELECT id, v FROM refs.t ORDER BY id")).containsExactly("1|a", "2|b");

    spark.sql("ALTER TABLE refs.t CREATE BRANCH audit");
    spark.sql("INSERT INTO refs.t.branch_audit VALUES (4, 'd')");
    assertThat(spark.rows("SELECT id FROM refs.t VERSION AS OF 'audit' ORDER BY id"))
        .containsExactly("1", "2", "4");
    assertThat(spark.rows("SELECT id FROM refs.t ORDER BY id")).containsExactly("1", "2");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE refs.t DROP BRANCH exp"))
        .hasStackTraceContaining("varve branch delete exp");
    assertThatThrownBy(() -> spark.sql("CALL lake.system.fast_forward('refs.t', 'main', 'exp')"))
        .isInstanceOf(Exception.class);
  }
}
