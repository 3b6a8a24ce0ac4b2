package dev.varve.engine.ingest;

import static dev.varve.engine.table.LakeFixture.MAIN;
import static dev.varve.engine.table.LakeFixture.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.engine.DoomedProcess;
import dev.varve.engine.change.TableEdits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that ingests and edits is killed: each file on disk is named by the table's history, or
 * by a record of work that was going on, so that whoever collects garbage knows of it.
 */
class WriteCrashTest {
  private static final int ROUNDS = Integer.getInteger("varve.kills", 3);

  @TempDir Path directory;

  @Test
  void noFileIsLeftOfWhichNobodyKnows() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    System.out.printf("WriteCrashTest: -Dvarve.seed=%d%n", seed);
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      writeUntilKilled(2 + random.nextInt(3), random.nextInt(60));

      try (IngestFixture lake = new IngestFixture(directory)) {
        NamedFiles.requireAllKnown(
            lake.lake(), directory, "seed %d, round %d".formatted(seed, round));
        assertThat(lake.rows()).isNotEmpty();
      }
    }
  }

  private void writeUntilKilled(int acknowledged, int laterMillis) throws Exception {
    try (DoomedProcess writer = DoomedProcess.start(Writer.class, directory)) {
      for (int i = 0; i < acknowledged; i++) {
        assertThat(writer.line()).isEqualTo("written");
      }
      writer.killAfter(Duration.ofMillis(laterMillis)); // Anywhere within the next write.
    }
  }

  /** Puts rows in and changes them for ever. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) {
      try (IngestFixture lake = new IngestFixture(Path.of(args[0]))) {
        TableEdits edits = new TableEdits(lake.lake().tables(), lake::duck);
        for (List<String> rows = List.of("a\n1\n", "a\n2\n3\n"); ; ) {
          rows.forEach(lake::append);
          System.out.println("written");
          edits.update(on(MAIN), IngestFixture.T, Map.of("a", "a + 1"), "a % 2 = 0");
          System.out.println("written");
        }
      }
    }
  }
}
