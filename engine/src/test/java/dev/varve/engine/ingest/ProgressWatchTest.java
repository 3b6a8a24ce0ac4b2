package dev.varve.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressWatchTest {
  @TempDir Path directory;

  @Test
  void tellsTheRowsOfAStatementThatRuns() {
    List<IngestProgress> heard = new CopyOnWriteArrayList<>();
    try (Duck duck = Duck.open(DuckSettings.defaults(directory));
        DuckSession session = duck.trusted()) {
      // It would run for hours, and ends as soon as something was heard.
      ProgressListener listener =
          progress -> {
            heard.add(progress);
            session.cancel();
          };
      String endless =
          "COPY (SELECT md5(range::varchar) FROM range(1000000000000)) TO '%s'"
              .formatted(directory.resolve("rows.csv"));
      assertThatThrownBy(
              () ->
                  ProgressWatch.during(
                      () -> session.update(endless), session, OptionalLong.of(1000), listener))
          .hasMessageContaining("nterrupt");
      int before = heard.size();
      assertThat(heard.get(0).phase()).isEqualTo(IngestProgress.Phase.WRITE);
      assertThat(heard)
          .allSatisfy(now -> assertThat(now.rows()).isEqualTo(Math.round(now.percent() * 10)));
      assertThat(session.progress()).isEmpty();
      assertThat(heard).hasSize(before);
    }
  }

  @Test
  void workThatNobodyListensToAnyMoreIsGivenUp() {
    try (Duck duck = Duck.open(DuckSettings.defaults(directory));
        DuckSession session = duck.trusted()) {
      ProgressListener gone =
          progress -> {
            throw new UncheckedIOException(new IOException("nobody listens"));
          };
      String endless =
          "COPY (SELECT md5(range::varchar) FROM range(1000000000000)) TO '%s'"
              .formatted(directory.resolve("rows.csv"));
      assertThatThrownBy(
              () ->
                  ProgressWatch.during(
                      () -> session.update(endless), session, OptionalLong.empty(), gone))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("nobody listens");
    }
  }

  @Test
  void aSessionWithoutAStatementHasNoProgress() {
    try (Duck duck = Duck.open(DuckSettings.defaults(directory));
        DuckSession session = duck.trusted()) {
      assertThat(session.progress()).isEmpty();
    }
  }
}
