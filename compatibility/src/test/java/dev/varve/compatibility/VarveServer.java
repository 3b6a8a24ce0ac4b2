package dev.varve.compatibility;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server process from the build's own classes, and calls to its native API. */
final class VarveServer implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("listens on (http://\\S+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final String url;

  private VarveServer(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts a server that keeps its data in {@code data}; returns when it listens. */
  static VarveServer start(Path data) throws IOException {
    Path listed = Path.of(System.getProperty("varve.server.classpath.file")).normalize();
    String classPath = listed.resolveSibling("classes") + ":" + Files.readString(listed).strip();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                classPath,
                "dev.varve.server.Main",
                "--port",
                "0",
                "--data",
                data.toString())
            .redirectError(data.resolveSibling("server.log").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    Matcher ready = READY.matcher(line == null ? "" : line);
    if (!ready.find()) {
      process.destroyForcibly();
      throw new IOException(
          "the server did not start: "
              + line
              + "\n"
              + Files.readString(data.resolveSibling("server.log")));
    }
    // It prints little more than this line: a pipe holds it.
    return new VarveServer(process, ready.group(1));
  }

  /** The address of its Iceberg REST catalog. */
  String icebergUri() {
    return url + "/iceberg";
  }

  void createBranch(String name, String from) {
    post("branches", Map.of("name", name, "from", from));
  }

  void createTag(String name, String from) {
    post("tags", Map.of("name", name, "from", from));
  }

  /** The newest commits of {@code ref}, newest first. */
  List<JsonNode> log(String ref) {
    List<JsonNode> commits = new ArrayList<>();
    get("log?limit=100&ref=" + encode(ref)).get("items").forEach(commits::add);
    return commits;
  }

  /** Ingests {@code file} into {@code table} on main. */
  JsonNode ingest(String table, Path file, String format) throws IOException {
    return send(
        request("tables/" + encode(table) + "/rows?branch=main&format=" + format)
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofFile(file)));
  }

  /** The rows of a query at {@code ref}, as the JSON answer has them. */
  JsonNode sql(String sql, String ref) {
    return post("sql", Map.of("sql", sql, "ref", ref, "format", "json")).get("rows");
  }

  JsonNode get(String path) {
    return send(request(path).GET());
  }

  JsonNode post(String path, Map<String, ?> body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString())));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + "/api/v1/repos/lake/" + path));
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            response.uri() + " answered " + response.statusCode() + ": " + response.body());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the server", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(20, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly().onExit().join();
  }
}
