package dev.varve.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.varve.server.http.Caller.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ArchiveApiTest extends ApiTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void aRepositoryIsExportedAndImportedUnderAnotherName() throws Exception {
    http.send("POST", LAKE + "/tables/fruit/rows", "id,name\n1,apple\n2,pear\n");
    branch("exp");
    byte[] archive = export("?withFiles=true");

    Answer imported = importTo("copy", archive);
    assertThat(imported.status()).as(imported.body()).isEqualTo(200);
    assertThat(imported.json().path("exported").asText()).isEqualTo("lake");
    assertThat(imported.json().path("files").asLong()).isPositive();
    String main = get("/branches/main").json().path("commit").asText();
    String copy = "/api/v1/repos/copy";
    assertThat(http.get(copy + "/branches/main").json().path("commit").asText()).isEqualTo(main);
    JsonNode rows = http.post(copy + "/sql", "{\"sql\":\"SELECT count(*) FROM fruit\"}").json();
    assertThat(rows.path("rows").toString()).isEqualTo("[[2]]");
    assertThat(http.send("POST", copy + "/fsck?level=files", "").json().path("clean").asBoolean())
        .isTrue();
  }

  @Test
  void whatIsNoArchiveOrHasATakenNameIsRefused() throws Exception {
    byte[] archive = export("");
    assertThat(importTo("lake", archive).json().at("/error/code").asText())
        .isEqualTo("repository-exists");
    Answer cut = importTo("copy", Arrays.copyOf(archive, archive.length - 1));
    assertThat(cut.status()).isEqualTo(400);
    assertThat(cut.json().at("/error/message").asText()).contains("it was cut");
    assertThat(http.get("/api/v1/repos/copy").status()).isEqualTo(404);
    assertThat(importTo("copy", archive).status()).isEqualTo(200);
  }

  private byte[] export(String query) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/repos/lake/archive" + query)).build();
    HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private Answer importTo(String name, byte[] archive) {
    return http.send(
        "POST", "/api/v1/repos/" + name + "/archive", BodyPublishers.ofByteArray(archive));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + http.port() + path);
  }
}
