package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckTest {
  @TempDir Path directory;

  /** With DuckDB's own writing threads, about one in thirty of these never came back. */
  @ParameterizedTest
  @ValueSource(strings = {"csv", "parquet"})
  @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aCancelledCopyEnds(String format) throws Exception {
    ExecutorService canceller = Executors.newSingleThreadExecutor();
    try (Duck duck = Duck.open(DuckSettings.defaults(directory));
        DuckSession session = duck.trusted()) {
      for (int i = 0; i < 30; i++) {
        String endless =
            "COPY (SELECT md5(range::varchar) FROM range(1000000000000)) TO '%s' (FORMAT %s)"
                .formatted(directory.resolve("rows." + format), format);
        int millis = 10 + 7 * i % 100;
        Future<?> cancelled = canceller.submit(() -> cancelUntilInterrupted(session, millis));
        assertThatThrownBy(() -> session.update(endless)).isInstanceOf(VarveException.class);
        cancelled.cancel(true);
      }
    } finally {
      canceller.shutdownNow();
    }
  }

  /**
   * Some builds of DuckDB filtered one side by keys of the part of the other that fitted into
   * memory, and lost the rest without a word (duckdb#25702).
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aJoinThatSpillsLosesNoRow(boolean trusted) {
    DuckSettings defaults = DuckSettings.defaults(directory.resolve("temp"));
    DuckSettings small =
        new DuckSettings(
            DuckSettings.MIN_MEMORY_BYTES,
            DuckSettings.MIN_MEMORY_BYTES,
            defaults.threads(),
            1,
            1,
            defaults.patience(),
            defaults.temp());
    Path rows = directory.resolve("rows.parquet");
    try (Duck duck = Duck.open(small)) {
      try (DuckSession session = duck.trusted()) {
        session.update(
            "COPY (SELECT range %% 1000000 k, md5(range::varchar) v FROM range(2000000)) TO '%s'"
                .formatted(rows));
      }
      try (DuckSession session = trusted ? duck.trusted() : duck.sandboxed(List.of(rows))) {
        String ofBoth = "SELECT count(*), sum(length(a.v)) FROM '%1$s' a ";
        assertThat(two(session, (ofBoth + "JOIN '%1$s' b USING (k)").formatted(rows)))
            .isEqualTo("4000000, 128000000");
        String even = "(SELECT k, v FROM '%1$s' WHERE k & 1 = 0)";
        assertThat(two(session, (ofBoth + "WHERE (k, v) IN " + even).formatted(rows)))
            .isEqualTo("1000000, 32000000");
      }
    }
  }

  @Test
  void aFatalFailureFailsItsSessionsAndNoLaterOnes() {
    Path rows = directory.resolve("rows.parquet");
    try (Duck duck = Duck.open(DuckSettings.defaults(directory.resolve("temp")))) {
      try (DuckSession failed = duck.trusted();
          DuckSession beside = duck.trusted()) {
        failed.update(
            "COPY (SELECT {'x': 1} AS s) TO '%s' (FIELD_IDS {s: {__duckdb_field_id: 1, x: 2}})"
                .formatted(rows));
        String fatal =
            "SELECT s.z FROM read_parquet('%s', schema = MAP {1: {name: 's', type: 'STRUCT(x INTEGER, z INTEGER)', default_value: NULL}})"
                .formatted(rows);
        assertThatThrownBy(() -> failed.query(fatal, DuckTest::number))
            .isInstanceOf(VarveException.class);
        assertThatThrownBy(() -> beside.query("SELECT 1", DuckTest::number))
            .hasMessageContaining("invalidated");
      }

      try (DuckSession later = duck.trusted()) {
        assertThat(later.<Long>query("SELECT 1", DuckTest::number)).isEqualTo(1);
      }
    }
  }

  private static long number(ResultSet rows) throws SQLException {
    return rows.next() ? rows.getLong(1) : 0;
  }

  private static String two(DuckSession session, String sql) {
    return session.query(
        sql,
        rows -> {
          assertThat(rows.next()).isTrue();
          return rows.getLong(1) + ", " + rows.getLong(2);
        });
  }

  private static void cancelUntilInterrupted(DuckSession session, int millis) {
    try {
      while (true) {
        Thread.sleep(millis);
        cancel(session);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void cancel(DuckSession session) {
    try {
      session.cancel();
    } catch (VarveException e) {
      // The statement has just ended.
    }
  }
}
