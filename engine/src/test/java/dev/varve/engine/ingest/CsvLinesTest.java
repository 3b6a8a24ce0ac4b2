package dev.varve.engine.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvLinesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "a,b|1,2|3,4            ! 3 ! 3",
        "a,b|1,2|3,4|           ! 3 ! 3",
        "a,b|\"1|1\",2|3,4|     ! 3 ! 4",
        "a,b|\"1\"\"|\",2|3,4|  ! 3 ! 4",
        "a,b||1,2|              ! 2 ! 3",
        "a||1|                  ! 3 ! 3",
        "a,b|1,2|               ! 9 ! 9"
      })
  void aRecordStartsOnALine(String content, long record, long line) throws IOException {
    for (String lineEnd : new String[] {"\n", "\r\n"}) {
      Path file = Files.writeString(directory.resolve("f"), content.replace("|", lineEnd));
      assertThat(CsvLines.ofRecord(file, record, !content.contains(","))).isEqualTo(line);
    }
  }
}
