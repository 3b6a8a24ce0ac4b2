package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FsckApiTest extends ApiTest {
  @BeforeEach
  void fill() {
    http.send("POST", LAKE + "/tables/fruit/rows", "id,name\n1,apple\n2,pear\n");
    branch("exp");
    http.send("POST", LAKE + "/tables/fruit/rows?branch=exp", "id,name\n3,plum\n");
  }

  @Test
  void aWholeLakeIsClean() {
    JsonNode answer = fsck("?level=files&unreachable=true").json();
    assertThat(answer.path("clean").asBoolean()).as(answer.toString()).isTrue();
    assertThat(answer.path("refs").asLong()).isEqualTo(2);
    assertThat(answer.path("commits").asLong()).isEqualTo(3);
    assertThat(answer.path("dataFiles").asLong()).isEqualTo(2);
    assertThat(answer.path("findings")).isEmpty();
  }

  @Test
  void aLostFileIsToldWithWhatLeadsToItAndWhatToDo() throws IOException {
    Path file = dataFile("exp");
    Files.delete(file);
    assertThat(fsck("").json().path("clean").asBoolean()).isTrue();
    JsonNode answer = fsck("?level=files").json();
    assertThat(answer.path("clean").asBoolean()).isFalse();
    JsonNode finding = answer.at("/findings/0");
    assertThat(finding.path("code").asText()).isEqualTo("file-missing");
    assertThat(finding.path("message").asText()).contains(file.toString());
    assertThat(finding.path("hint").asText()).contains("backup");
    assertThat(finding.path("ref").asText()).isEqualTo("branch 'exp'");
    assertThat(finding.path("key").asText()).isEqualTo("default.fruit");
  }

  @Test
  void findingsAndProgressAreToldAsTheyCome() throws IOException {
    Files.delete(dataFile("exp"));
    Answer answer =
        http.send("POST", LAKE + "/fsck?level=files", "", "Accept", "application/x-ndjson");
    List<JsonNode> lines = answer.body().lines().map(FsckApiTest::json).toList();
    assertThat(lines).extracting(line -> line.has("finding")).containsOnlyOnce(true);
    assertThat(lines).extracting(line -> line.has("phase")).contains(true);
    JsonNode result = lines.get(lines.size() - 1).path("result");
    assertThat(result.path("found").asLong()).isEqualTo(1);
    assertThat(result.path("findings")).isEmpty();
  }

  @Test
  void whatIsNoLevelIsRefused() {
    Answer answer = fsck("?level=all");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("catalog, metadata, files");
  }

  private Answer fsck(String query) {
    return http.send("POST", LAKE + "/fsck" + query, "");
  }

  /** The one data file that only this branch has. */
  private Path dataFile(String branch) throws IOException {
    String mine = get("/tables/fruit/files?ref=" + branch).body();
    String others = get("/tables/fruit/files?ref=main").body();
    try (Stream<Path> files = Files.walk(directory.resolve("data/warehouse"))) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .filter(file -> mine.contains(file.toString()) && !others.contains(file.toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static JsonNode json(String line) {
    try {
      return dev.varve.server.http.Json.tree().readTree(line);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
