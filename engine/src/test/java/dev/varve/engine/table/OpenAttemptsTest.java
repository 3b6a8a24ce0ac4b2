package dev.varve.engine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.table.OpenAttempts.Attempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenAttemptsTest {
  @TempDir Path directory;

  private OpenAttempts attempts() {
    return new OpenAttempts(directory.resolve("lake/attempts"));
  }

  @Test
  void whatWasAnnouncedIsKnownToTheNextProcess() {
    OpenAttempts.Announcement record = attempts().begin("merge\nof two");
    record.announce("file:///a/1");
    record.announce("file:///a/2");

    List<Attempt> open = attempts().open();

    assertThat(open).hasSize(1);
    assertThat(open.get(0).what()).isEqualTo("merge of two");
    assertThat(open.get(0).locations()).containsExactly("file:///a/1", "file:///a/2");
    record.end();
    assertThat(attempts().open()).isEmpty();
  }

  @Test
  void aRecordThatWasCutShortIsReadAsFarAsItGoes() throws Exception {
    attempts().begin("merge").announce("file:///a/1");
    Path file;
    try (Stream<Path> files = Files.list(directory.resolve("lake/attempts"))) {
      file = files.findFirst().orElseThrow();
    }
    Files.writeString(file, "file:///a/half", StandardOpenOption.APPEND);
    Files.writeString(directory.resolve("lake/attempts/x.attempt"), "varve-att");

    assertThat(attempts().open())
        .extracting(Attempt::locations)
        .containsExactly(List.of("file:///a/1"));
  }
}
