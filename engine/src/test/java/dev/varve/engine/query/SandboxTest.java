package dev.varve.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TestTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users' SQL must not reach. */
class SandboxTest extends QueryFixture {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
        "SELECT * FROM 'https://example.com/a.parquet'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM parquet_metadata('/tmp/x.parquet')",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM duckdb_secrets()",
        "SELECT * FROM duckdb_views()",
        "SELECT * FROM duckdb_settings",
        "SELECT * FROM duckdb_views",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM pg_catalog.pg_class",
        "SELECT * FROM main.varve_table_1",
        "SELECT * FROM temp.main.varve_table_1, people",
        "SELECT * FROM varve_table_1, people",
        "SELECT * FROM query('SELECT 1')",
        "SELECT * FROM query_table('people')",
        "SELECT * FROM histogram('people', 'id')",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "SELECT * FROM seq_scan('people')",
        "SELECT * FROM arrow_scan(1::pointer, 2::pointer, 3::pointer)",
        "SELECT * FROM pragma_version()",
        "SELECT * FROM which_secret('a', 'b')",
        "SELECT * FROM enable_logging()",
        "SELECT * FROM people WHERE id IN (SELECT 1 FROM read_text('/etc/passwd'))",
        "WITH c AS (FROM read_text('/etc/passwd')) FROM c",
        "SELECT getenv('HOME')",
        "SELECT current_setting('temp_directory')",
        "SELECT main.current_setting('temp_directory')",
        "SELECT system.main.current_setting('temp_directory')",
        "SELECT 'temp_directory'.current_setting()",
        "SELECT list_transform(['home_directory'], lambda x: CURRENT_SETTING(x))",
        "SELECT getvariable('x')",
        "SELECT pg_get_viewdef(1)",
        "SELECT json_serialize_plan('SELECT * FROM people')",
        "SELECT write_log('x')",
        "SELECT nextval('s')",
        "COPY people TO '/tmp/varve-leak.csv'",
        "COPY (SELECT 1) TO '/tmp/varve-leak.csv'",
        "EXPLAIN COPY (SELECT 1) TO '/tmp/varve-leak.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/varve-leak.csv'",
        "EXPLAIN SELECT 1; SET threads = 1",
        "ATTACH '/tmp/varve-leak.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA database_list",
        "PRAGMA threads = 1",
        "SET memory_limit = '100GB'",
        "SET lock_configuration = false",
        "RESET memory_limit",
        "SET VARIABLE x = 1",
        "EXPORT DATABASE '/tmp/varve-leak'",
        "CREATE TABLE t AS SELECT 1",
        "CREATE MACRO f() AS 1",
        "PREPARE p AS SELECT 1",
        "EXECUTE p",
        "CALL duckdb_settings()",
        "WITH x AS (INSERT INTO people VALUES (4, 'x') RETURNING *) FROM x",
        "CHECKPOINT",
        "USE main",
        "SHOW ALL TABLES FROM x",
        "SELECT 1; SELECT 2",
        "SELECT 1; COPY people TO '/tmp/varve-leak.csv'"
      })
  void isRefused(String query) {
    assertThatThrownBy(() -> rows(query)).isInstanceOf(VarveException.class);
    assertThat(Path.of("/tmp/varve-leak.csv")).doesNotExist();
  }

  /** The tree is checked first; this is what holds should something slip through. */
  @Test
  void aSandboxedSessionOpensItsFilesOnlyAndKeepsItsSettings() {
    Path mine = file("mine");
    Path other = file("other");
    try (DuckSession session = duck.sandboxed(List.of(mine))) {
      String scan = "SELECT * FROM read_parquet(%s)";
      session.execute(scan.formatted(SqlText.literal(mine.toString())));
      for (String refused :
          List.of(
              scan.formatted(SqlText.literal(other.toString())),
              scan.formatted(SqlText.literal(mine.getParent() + "/*")),
              "SELECT * FROM read_text('/etc/passwd')",
              "SELECT * FROM glob('/*')",
              "COPY (SELECT 1) TO " + SqlText.literal(directory.resolve("x.csv").toString()),
              "ATTACH " + SqlText.literal(directory.resolve("x.db").toString()),
              "INSTALL httpfs",
              "LOAD httpfs",
              "SET enable_external_access = true",
              "SET lock_configuration = false",
              "SET allowed_paths = ['/etc/passwd']",
              "SET memory_limit = '100GB'",
              "SET temp_directory = '/tmp'",
              "PRAGMA threads = 8")) {
        assertThatThrownBy(() -> session.execute(refused))
            .as(refused)
            .isInstanceOf(VarveException.class);
      }
    }
  }

  private Path file(String name) {
    TestTable table = TestTable.create(directory.resolve(name), PEOPLE);
    return Path.of(table.append(table.row(1, name)).location());
  }
}
