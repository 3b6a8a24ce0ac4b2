package dev.varve.spark;

import dev.varve.client.Queries;
import dev.varve.client.Queries.Query;
import dev.varve.client.RemoteRepository;
import dev.varve.client.VarveClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server process from the build's own classes. */
final class TestServer implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("listens on (http://\\S+)");

  private final Process process;
  private final URI url;

  private TestServer(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts a server that keeps its data in {@code data}; returns when it listens.
   *
   * @param settings what it is told besides
   */
  static TestServer start(Path data, String... settings) throws IOException {
    Path log = data.resolveSibling("server.log");
    List<String> command = new ArrayList<>(List.of(java(), "-Xmx1g", "-cp", classPath()));
    command.addAll(List.of("dev.varve.server.Main", "--port", "0", "--data", data.toString()));
    command.addAll(List.of(settings));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    Matcher ready = READY.matcher(line == null ? "" : line);
    if (!ready.find()) {
      process.destroyForcibly();
      throw new IOException("no server: " + line + "\n" + Files.readString(log));
    }
    // It prints little more than this line: a pipe holds it.
    return new TestServer(process, URI.create(ready.group(1)));
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The server's classes and what they need. */
  static String classPath() throws IOException {
    Path listed = Path.of(System.getProperty("varve.server.classpath.file")).normalize();
    return listed.resolveSibling("classes") + ":" + Files.readString(listed).strip();
  }

  RemoteRepository lake() {
    return VarveClient.connect(url).repository("lake");
  }

  /** The rows of a query that the server runs, each as the text of its values. */
  List<String> rows(String sql, String ref) throws IOException {
    List<String> found = new ArrayList<>();
    try (Queries.Rows rows =
        lake().queries().run(new Query(sql, ref, Optional.empty(), Optional.empty()))) {
      rows.forEachRemaining(row -> found.add(row.toString()));
    }
    return found;
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
