package dev.varve.benchmarks.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Single-key commits over HTTP: each operation creates a namespace on one branch. */
final class HttpTarget implements Target {
  private final HttpClient client;
  private final URI namespaces;
  private final String branch;
  private final String run = Long.toString(System.nanoTime(), Character.MAX_RADIX);

  /**
   * @param server the server's address, such as {@code http://127.0.0.1:19130}
   */
  HttpTarget(URI server, String branch) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    this.namespaces = server.resolve("/api/v1/repos/lake/namespaces");
    this.branch = branch;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public void perform(int clientId, long sequence) throws IOException, InterruptedException {
    String body =
        "{\"name\":\"n%s_%d_%d\",\"branch\":\"%s\"}".formatted(run, clientId, sequence, branch);
    HttpRequest request =
        HttpRequest.newBuilder(namespaces)
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException("answered " + answer.statusCode() + ": " + answer.body());
    }
  }

  @Override
  public void close() {
    // The client holds no resource that outlives its idle connections.
  }
}
