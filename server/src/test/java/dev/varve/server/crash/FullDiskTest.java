package dev.varve.server.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Fills the disk of a server that clients write to, and makes room again. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class FullDiskTest {
  private static final int CLIENTS = 4;
  private static final int DISK_MEBIBYTES = 256;
  private static final long BELOW_RESERVE = 30L << 20;

  /** How long so many requests may take: seconds, unless others have the processor. */
  private static final int PATIENCE_MINUTES = 4;

  @TempDir Path directory;

  private final List<Corner> corners =
      IntStream.range(0, CLIENTS).mapToObj(number -> new Corner("d" + number)).toList();
  private final AtomicReference<CountDownLatch> acknowledged = none();
  private final AtomicReference<CountDownLatch> refused = none();

  @Test
  void aServerRefusesWritesServesReadsAndGoesOnWhenThereIsRoom() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), DISK_MEBIBYTES);
        ServerProcess server = ServerProcess.start(disk.path().resolve("data"))) {
      Caller caller = server.ready();
      List<Future<?>> clients = new ArrayList<>();
      for (Corner corner : corners) {
        clients.add(threads.submit(() -> corner.work(caller, new Random(3), new Count())));
      }
      await(acknowledged, 200);

      disk.fill(BELOW_RESERVE);
      await(refused, 100);
      requireWritesRefused(caller);
      requireReads(caller);

      disk.makeRoom();
      await(acknowledged, 100);

      disk.fill(0);
      await(refused, 100);
      requireWritesRefused(caller);
      requireReads(caller);

      disk.makeRoom();
      await(acknowledged, 200);

      server.kill();
      for (Future<?> client : clients) {
        client.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
      }
      Path copy = Files.createDirectory(directory.resolve("copy"));
      try (LakeCheck lake = LakeCheck.open(disk.path().resolve("data"), copy)) {
        lake.requireWhole("after a full disk");
        corners.forEach(corner -> corner.check(lake, "after a full disk"));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void requireWritesRefused(Caller caller) {
    Caller.Answer answer = caller.post("/api/v1/repos/lake/branches", "{\"name\":\"refused\"}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(507);
    assertThat(answer.code()).isEqualTo("storage-full");
    assertThat(answer.hint()).contains("make room");
    assertThat(caller.get("/api/v1/repos/lake/branches/refused").status()).isEqualTo(404);

    Caller.Answer iceberg =
        caller.post("/iceberg/v1/lake~main/namespaces", "{\"namespace\":[\"refused\"]}");
    assertThat(iceberg.status()).as("%s", iceberg).isEqualTo(507);

    Caller.Answer ingest =
        caller.send("POST", "/api/v1/repos/lake/tables/refused/rows?format=csv", "a\n1\n");
    assertThat(ingest.code()).as("%s", ingest).isEqualTo("storage-full");
  }

  private static void requireReads(Caller caller) throws IOException {
    for (String path :
        List.of(
            "/healthz",
            "/api/v1/repos/lake/log?limit=10",
            "/api/v1/repos/lake/tables",
            "/api/v1/repos/lake/branches",
            "/iceberg/v1/lake~main/namespaces/d0/tables/a",
            "/iceberg/v1/lake~main/namespaces/d0")) {
      Caller.Answer answer = caller.get(path);
      assertThat(answer.status()).as("%s: %s", path, answer).isEqualTo(200);
    }
    Caller.Answer answer =
        caller.post("/api/v1/repos/lake/sql", "{\"sql\":\"SELECT count(*) FROM d0.a\"}");
    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
  }

  private static AtomicReference<CountDownLatch> none() {
    return new AtomicReference<>(new CountDownLatch(0));
  }

  /** Waits until so many more requests had this outcome. */
  private static void await(AtomicReference<CountDownLatch> outcome, int count)
      throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(count);
    outcome.set(latch);
    assertThat(latch.await(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("%d requests", count).isTrue();
  }

  private final class Count implements Corner.Answers {
    @Override
    public void acknowledged() {
      acknowledged.get().countDown();
    }

    @Override
    public void refused() {
      refused.get().countDown();
    }
  }
}
