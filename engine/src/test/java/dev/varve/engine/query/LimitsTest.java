package dev.varve.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Revision;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LimitsTest extends QueryFixture {
  private static final String ENDLESS =
      "SELECT count(*) FROM range(10000000000) a(i), range(1000) b(j) WHERE i * j = -1";
  private static final QueryLimits DEFAULTS = QueryLimits.defaults();

  @Test
  void moreRowsThanTheLimitAreLeftOutAndThatIsTold() {
    assertThat(write("FROM range(3)", ResultFormat.JSON)).endsWith("\"truncated\":false}");
    for (ResultFormat format : ResultFormat.values()) {
      try (QueryResult result = query("FROM range(100000)", DEFAULTS.withMaxRows(5))) {
        assertThat(result.writeTo(OutputStream.nullOutputStream(), format)).isEqualTo(5);
        assertThat(result.truncated()).isTrue();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    assertThat(rows("FROM range(5)", DEFAULTS.withMaxRows(5))).hasSize(5);
  }

  @Test
  void aQueryThatTakesTooLongIsStopped() {
    QueryLimits limits = DEFAULTS.withTimeout(Duration.ofMillis(300));
    assertThatThrownBy(() -> rows(ENDLESS, limits))
        .hasMessage("the query took longer than 0.3 s")
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.QUERY_TIMEOUT);
    assertThatThrownBy(() -> bytes(ENDLESS, ResultFormat.PARQUET, limits))
        .hasMessage("the query took longer than 0.3 s");
    assertThat(rows("SELECT 1")).hasSize(1);
  }

  /** Repeated: the cancel comes before the query runs, just when it begins, or while it does. */
  @RepeatedTest(20)
  void aQueryThatIsCancelledFails() throws Exception {
    try (QueryResult result = query(ENDLESS, DEFAULTS)) {
      Thread canceller = new Thread(result::cancel);
      canceller.start();
      assertThatThrownBy(() -> result.forEach(row -> {})).hasMessage("the query was cancelled");
      canceller.join();
    }
  }

  @Test
  void aQueryThatNeedsTooMuchMemorySaysSo() {
    QueryLimits limits =
        new QueryLimits(DEFAULTS.timeout(), Long.MAX_VALUE, DuckSettings.MIN_MEMORY_BYTES);
    assertThatThrownBy(
            () ->
                rows("SELECT length(string_agg(repeat('x', 1000), '')) FROM range(500000)", limits))
        .extracting(e -> ((VarveException) e).code())
        .isEqualTo(ErrorCode.OUT_OF_MEMORY);
  }

  @Test
  void whatDoesNotFitIntoMemorySpills() {
    QueryLimits limits =
        new QueryLimits(DEFAULTS.timeout(), Long.MAX_VALUE, DuckSettings.MIN_MEMORY_BYTES);
    String sort =
        "SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY hash(i)) n FROM range(2000000)"
            + " t(i))";
    assertThat(rows(sort, limits)).containsExactly(List.of(2_000_000L));
  }

  @Test
  void aClientThatGoesAwayEndsTheQuery() {
    AtomicInteger writes = new AtomicInteger();
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            if (writes.incrementAndGet() > 3) {
              throw new IOException("gone");
            }
          }
        };
    try (QueryResult result = query("FROM range(100000000000)", DEFAULTS)) {
      assertThatThrownBy(() -> result.writeTo(broken, ResultFormat.JSONL)).hasMessage("gone");
    }
  }

  @Test
  void aFailureInTheMiddleLeavesTheJsonOpen() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String failing =
        "SELECT CASE WHEN range = 2500000 THEN error('boom') ELSE repeat('x', 30) END FROM"
            + " range(2600000)";
    try (QueryResult result = query(failing, DEFAULTS)) {
      assertThatThrownBy(() -> result.writeTo(out, ResultFormat.JSON)).hasMessageContaining("boom");
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{\"columns\"").doesNotEndWith("}");
  }

  @Test
  void onlySoManyQueriesRunAtOnce() {
    List<DuckSession> open = new ArrayList<>();
    DuckSettings few = settings(Duration.ZERO);
    try (var small = dev.varve.engine.sql.Duck.open(few)) {
      open.add(small.sandboxed(List.of()));
      assertThatThrownBy(() -> small.sandboxed(List.of()))
          .extracting(e -> ((VarveException) e).code())
          .isEqualTo(ErrorCode.BUSY);
      open.get(0).close();
      open.add(small.sandboxed(List.of()));
      open.get(1).close();
    }
  }

  private DuckSettings settings(Duration patience) {
    DuckSettings usual = duck.settings();
    return new DuckSettings(
        usual.memoryBytes(), usual.queryMemoryBytes(), 1, 1, 1, patience, usual.temp());
  }

  @Test
  void nothingIsLeftOnDisk() throws IOException {
    bytes("FROM people", ResultFormat.PARQUET, DEFAULTS);
    Path temp = duck.settings().temp();
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).isEmpty();
    }
  }

  private QueryResult query(String text, QueryLimits limits) {
    return sql.query(new SqlQuery(text, Revision.parse("main"), limits));
  }
}
