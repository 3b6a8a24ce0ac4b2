package dev.varve.engine.table;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.DoomedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that appends is killed; what it was told is committed must be there, and be whole. */
class TableCrashTest {
  private static final TableName FLIGHTS = TableName.parse("flights");
  private static final int ROUNDS = Integer.getInteger("varve.kills", 2);
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
    try (DoomedProcess appender = DoomedProcess.start(Appender.class, directory)) {
      List<String> acknowledged = new ArrayList<>();
      for (int i = 0; i < ACKNOWLEDGED_PER_ROUND; i++) {
        acknowledged.add(appender.line());
      }
      acknowledged.addAll(appender.killAfter(Duration.ZERO));
      return Long.parseLong(acknowledged.get(acknowledged.size() - 1));
    }
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
