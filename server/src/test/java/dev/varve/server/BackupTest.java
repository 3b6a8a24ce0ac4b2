package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups over HTTP while tables are written, restored without a server and served again. */
class BackupTest {
  private static final String LAKE = "/api/v1/repos/lake";

  @TempDir private Path directory;

  @Test
  void backupsUnderLoadAreRestoredWithAllThatWasAcknowledged() throws Exception {
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicBoolean stopped = new AtomicBoolean();
    int before;
    int beforeSecond;
    try (TestServer server = start()) {
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> write(server.caller(), acknowledged, stopped));
      before = awaitMore(acknowledged, 5, writer);
      JsonNode first = backup(server.caller(), "withFiles=true");
      assertThat(first.path("number").asInt()).isEqualTo(1);
      beforeSecond = awaitMore(acknowledged, 3, writer);
      JsonNode second = backup(server.caller(), "withFiles=true&verify=true");
      assertThat(second.at("/verified/clean").asBoolean()).as(second.toString()).isTrue();
      // Data file, manifest, manifest list and metadata.json of each commit, and no others.
      assertThat(second.path("copiedFiles").asInt())
          .isLessThanOrEqualTo(6 * (acknowledged.get() - before + 2));
      stopped.set(true);
      writer.join();
      assertThat(server.caller().get("/api/v1/backups").json().path("items")).hasSize(2);
    }
    // Everything is lost.
    Files.move(directory.resolve("data"), directory.resolve("lost"));
    assertThat(restore("data", "--backup", "1")).isZero();
    assertThat(rowsOf("data")).isGreaterThanOrEqualTo(before);
    assertThat(restore("elsewhere")).isZero();
    assertThat(rowsOf("elsewhere")).isGreaterThanOrEqualTo(beforeSecond);
  }

  @Test
  void onlyTheNewestAreKept() throws IOException {
    try (TestServer server = start()) {
      for (int i = 0; i < 3; i++) {
        ingest(server.caller(), i);
        backup(server.caller(), "keep=2");
      }
      JsonNode items = server.caller().get("/api/v1/backups").json().path("items");
      assertThat(items).extracting(item -> item.path("number").asInt()).containsExactly(2, 3);
      Answer gone = server.caller().send("POST", "/api/v1/backups/verify?number=1", "");
      assertThat(gone.status()).isEqualTo(404);
      assertThat(gone.json().at("/error/code").asText()).isEqualTo("backup-not-found");
    }
  }

  @Test
  void aBackupThatLacksAFileIsFoundByItsVerification() throws IOException {
    try (TestServer server = start()) {
      ingest(server.caller(), 1);
      backup(server.caller(), "withFiles=true");
      Path file;
      try (Stream<Path> files = Files.walk(directory.resolve("backups/files"))) {
        file = files.filter(it -> it.toString().endsWith(".parquet")).findFirst().orElseThrow();
      }
      Files.delete(file);
      List<String> lines =
          server
              .caller()
              .send("POST", "/api/v1/backups/verify", "", "Accept", "application/x-ndjson")
              .body()
              .lines()
              .toList();
      assertThat(lines).anyMatch(line -> line.contains("file-missing"));
      assertThat(lines.get(lines.size() - 1)).contains("\"clean\":false");
    }
  }

  @Test
  void aServerThatWasNotToldWhereMakesNone() {
    try (TestServer server = TestServer.start(directory.resolve("data"))) {
      Answer refused = server.caller().send("POST", "/api/v1/backups", "");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body()).contains("--backup.directory DIR");
    }
  }

  @Test
  void aDirectoryThatHoldsSomethingIsNotRestoredTo() throws IOException {
    try (TestServer server = start()) {
      backup(server.caller(), "");
    }
    Files.createDirectories(directory.resolve("full"));
    Files.writeString(directory.resolve("full/mine.txt"), "mine");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> restore("full"))
        .hasMessageContaining("it is not empty");
    assertThat(directory.resolve("full")).isDirectoryContaining("glob:**mine.txt");
    assertThat(directory.resolve("full.restoring")).doesNotExist();
  }

  @Test
  void aDataDirectoryIsVerifiedWithoutAServer() throws IOException {
    try (TestServer server = start()) {
      ingest(server.caller(), 1);
    }
    List<String> arguments =
        List.of("--data", directory.resolve("data").toString(), "--level", "files");
    assertThat(Offline.run("fsck", arguments)).isZero();
    try (Stream<Path> files = Files.walk(directory.resolve("data/warehouse"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".parquet")).toList()) {
        Files.delete(file);
      }
    }
    assertThat(Offline.run("fsck", arguments)).isEqualTo(Offline.DAMAGED);
  }

  private TestServer start() {
    return TestServer.start(
        directory.resolve("data"), "--backup.directory", directory.resolve("backups").toString());
  }

  private int restore(String target, String... more) {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    directory.resolve("backups").toString(),
                    "--data",
                    directory.resolve(target).toString()),
                Stream.of(more))
            .toList();
    return Offline.run("restore", arguments);
  }

  private int rowsOf(String data) {
    try (TestServer server = TestServer.start(directory.resolve(data))) {
      Caller caller = server.caller();
      JsonNode whole = caller.send("POST", LAKE + "/fsck?level=files", "").json();
      assertThat(whole.path("clean").asBoolean()).as(whole.toString()).isTrue();
      Answer rows = caller.post(LAKE + "/sql", "{\"sql\":\"SELECT count(*) FROM numbers\"}");
      assertThat(rows.status()).as(rows.body()).isEqualTo(200);
      int count = rows.json().at("/rows/0/0").asInt();
      ingest(caller, 1_000_000);
      return count;
    }
  }

  private static JsonNode backup(Caller caller, String query) {
    Answer answer = caller.send("POST", "/api/v1/backups?" + query, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static void write(Caller caller, AtomicInteger acknowledged, AtomicBoolean stopped) {
    for (int i = 0; !stopped.get(); i++) {
      ingest(caller, i);
      acknowledged.incrementAndGet();
    }
  }

  private static void ingest(Caller caller, int number) {
    Answer answer =
        caller.send("POST", LAKE + "/tables/numbers/rows?format=csv", "n\n" + number + "\n");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static int awaitMore(AtomicInteger counter, int more, CompletableFuture<Void> writer) {
    int target = counter.get() + more;
    while (counter.get() < target) {
      assertThat(writer).isNotCompleted();
      Thread.onSpinWait();
    }
    return counter.get();
  }
}
