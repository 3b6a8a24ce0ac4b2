package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed; what it was told is committed must be there, and be whole. */
class TableCrashTest {
  private static final TableName FLIGHTS = TableName.parse("flights");
  private static final int ROUNDS = 2;
  private static final int ACKNOWLEDGED_PER_ROUND = 7;

  @TempDir Path directory;

  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    try (LakeFixture lake = new LakeFixture(directory)) {
      lake.create("flights");
    }
    for (int round = 0; round < ROUNDS; round++) {
      long acknowledged = appendUntilKilled();

      try (LakeFixture lake = new LakeFixture(directory)) {
        List<Long> numbers = lake.numbers(MAIN, FLIGHTS);
        assertThat(numbers).hasSizeBetween((int) acknowledged, (int) acknowledged + 1);
        assertThat(numbers).isEqualTo(LongStream.range(0, numbers.size()).boxed().toList());
      }
    }
  }

  /** How many rows the table had when the last append was acknowledged. */
  private long appendUntilKilled() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Appender.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long rows = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (int i = 0; i < ACKNOWLEDGED_PER_ROUND; i++) {
        rows = Long.parseLong(lines.readLine());
      }
      process.toHandle().destroyForcibly(); // The process's own method would close the stream.
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows = Long.parseLong(line);
      }
    }
    process.waitFor();
    return rows;
  }

  /** Appends the next numbers for ever, and prints how many there are after each commit. */
  static final class Appender {
    private Appender() {}

    public static void main(String[] args) {
      try (LakeFixture lake = new LakeFixture(Path.of(args[0]))) {
        for (long next = lake.numbers(MAIN, FLIGHTS).size(); ; next++) {
          lake.append(MAIN, FLIGHTS, next);
          System.out.println(next + 1);
        }
      }
    }
  }
}
