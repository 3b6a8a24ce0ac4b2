package dev.varve.engine.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.VarveException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
