package dev.varve.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a server that clients write to, again and again, and looks at what it left. The profile
 * {@code soak} kills it 100 times; {@code -Dvarve.kills=N} as often as you like, {@code
 * -Dvarve.seed=N} as in the run that said so.
 */
class ServerCrashTest {
  private static final int KILLS = Integer.getInteger("varve.kills", 10);
  private static final int CLIENTS = 6;

  /** Acknowledgements to wait for before a kill, at the most: about a second of load. */
  private static final int MAX_ACKNOWLEDGED = 400;

  /** A kill comes so much after an acknowledgement, at the most: about the time of a few writes. */
  private static final Duration MAX_DELAY = Duration.ofMillis(5);

  /** The time in which a server starts, about. */
  private static final Duration MAX_START = Duration.ofMillis(1500);

  /** How long the load before a kill may take: seconds, unless others have the processor. */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final int TOLD_EVERY = 10;

  @TempDir Path directory;

  private final List<Corner> corners =
      IntStream.range(0, CLIENTS).mapToObj(number -> new Corner("c" + number)).toList();

  @Test
  void whatWasAcknowledgedSurvivesAnyKillOfTheServer() throws Exception {
    long seed = Long.getLong("varve.seed", System.nanoTime() & 0xFFFFFF);
    System.out.printf("ServerCrashTest: %d kills, -Dvarve.seed=%d%n", KILLS, seed);
    Random random = new Random(seed);
    Path data = directory.resolve("data");
    int acknowledged = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      if (random.nextInt(8) == 0) {
        killWhileItStarts(data, random);
      }
      String when = "seed %d, kill %d".formatted(seed, kill);
      acknowledged += killUnderLoad(data, random, when);
      check(data, when);
      if (kill % TOLD_EVERY == 0) {
        System.out.printf("ServerCrashTest: %s, %d acknowledged%n", when, acknowledged);
      }
    }
    System.out.printf("ServerCrashTest: %d requests were acknowledged%n", acknowledged);
    assertThat(acknowledged).isGreaterThan(10 * KILLS);
    readAgain(data);
  }

  private static void killWhileItStarts(Path data, Random random) throws Exception {
    try (ServerProcess server = ServerProcess.start(data)) {
      server.killAfter(Duration.ofMillis(random.nextLong(MAX_START.toMillis())));
    }
  }

  /** Returns how many requests were acknowledged. */
  private int killUnderLoad(Path data, Random random, String when) throws Exception {
    int kill = 1 + random.nextInt(MAX_ACKNOWLEDGED);
    long delay = random.nextLong(MAX_DELAY.toNanos());
    AtomicInteger acknowledged = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (ServerProcess server = ServerProcess.start(data)) {
      Caller caller = server.ready();
      List<Future<?>> clients = new ArrayList<>();
      for (Corner corner : corners) {
        Random own = new Random(random.nextLong());
        Corner.Answers count =
            () -> {
              if (acknowledged.incrementAndGet() == kill) {
                LockSupport.parkNanos(delay);
                server.kill();
              }
            };
        clients.add(threads.submit(() -> corner.work(caller, own, count)));
      }
      for (Future<?> client : clients) {
        client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (TimeoutException e) {
      throw new AssertionError(
          "%s: %d of %d requests were acknowledged within %s, and the server hangs or is slow"
              .formatted(when, acknowledged.get(), kill, PATIENCE),
          e);
    } finally {
      threads.shutdownNow();
    }
    return acknowledged.get();
  }

  private void check(Path data, String when) throws IOException {
    Path copy = Files.createDirectory(directory.resolve("copy"));
    try (LakeCheck lake = LakeCheck.open(data, copy)) {
      lake.requireWhole(when);
      corners.forEach(corner -> corner.check(lake, when));
    }
    try (var files = Files.list(copy)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(copy);
  }

  /** A last server reads the rows that were acknowledged from their files, and stops as asked. */
  private void readAgain(Path data) throws Exception {
    try (ServerProcess server = ServerProcess.start(data)) {
      Caller caller = server.ready();
      for (Corner corner : corners) {
        for (Map.Entry<String, String> table : corner.rows().entrySet()) {
          Caller.Answer answer =
              caller.post(
                  "/api/v1/repos/lake/sql",
                  "{\"sql\":\"SELECT count(n) FROM %s\"}".formatted(table.getKey()));
          assertThat(answer.json().at("/rows/0/0").asText())
              .as("rows of %s: %s", table.getKey(), answer)
              .isEqualTo(table.getValue());
        }
      }
      server.stop();
    }
  }
}
