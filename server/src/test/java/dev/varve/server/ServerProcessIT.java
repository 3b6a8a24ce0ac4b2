package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own. */
class ServerProcessIT {
  private static final Pattern READY =
      Pattern.compile(
          "varve listens on http://127\\.0\\.0\\.1:(\\d+) · data in (/.*) · stop with Ctrl-C");

  private static final String ROWS = "/api/v1/repos/lake/tables/%s/rows?branch=main&format=csv";

  private static final String ENDLESS =
      "SELECT count(*) FROM range(10000000000) a(i), range(1000) b(j) WHERE i * j = -1";

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();

  /** One that is still dying could write into the directory while that is deleted. */
  @AfterEach
  void stop() {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    // What a shell runs in its background has Ctrl-C ignored, and hands that on to us.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectError(directory.resolve("stderr-" + processes.size()).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private Process startHere() throws IOException {
    return start("--port", "0", "--data", directory.resolve("data").toString());
  }

  private String stderr(int process) throws IOException {
    return Files.readString(directory.resolve("stderr-" + process));
  }

  private static Caller ready(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    Matcher line = READY.matcher(String.valueOf(out.readLine()));
    assertThat(line.matches()).as("the ready line").isTrue();
    return new Caller(Integer.parseInt(line.group(1)));
  }

  /** Sends {@code body} as the beginning of a body, once the server asks for it. */
  private static void post(Socket socket, String path, int length, String body) throws IOException {
    OutputStream out = socket.getOutputStream();
    String head =
        """
        POST %s HTTP/1.1\r
        Host: 127.0.0.1:%d\r
        Content-Type: application/json\r
        Content-Length: %d\r
        Expect: 100-continue\r
        \r
        """;
    out.write(head.formatted(path, socket.getPort(), length).getBytes(StandardCharsets.US_ASCII));
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    assertThat(in.readLine()).startsWith("HTTP/1.1 100");
    out.write(body.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private long warehouseFiles() throws IOException {
    try (Stream<Path> tree = Files.walk(directory.resolve("data/warehouse"))) {
      return tree.filter(Files::isRegularFile).count();
    }
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("the process ended").isTrue();
    return process.exitValue();
  }

  @Test
  void oneLineSaysThatItIsReadyAndATermSignalStopsIt() throws Exception {
    Process process = startHere();
    Caller caller = ready(process);
    assertThat(caller.get("/healthz").status()).isEqualTo(200);
    process.destroy();
    assertThat(exitCode(process)).isEqualTo(143);
    assertThat(stderr(0)).isEmpty();
    assertThat(Files.readString(directory.resolve("data/logs/varve.log"))).contains("stopped");
  }

  @Test
  void controlCStopsItInTheMiddleOfRequests() throws Exception {
    Process process =
        start("--port=0", "--data=" + directory.resolve("data"), "--http.stop-timeout=1s");
    Caller caller = ready(process);
    assertThat(caller.send("POST", ROWS.formatted("small"), "a\n1\n2\n").status()).isEqualTo(200);
    long files = warehouseFiles();
    String query = "{\"sql\":\"%s\"}".formatted(ENDLESS);
    try (Socket ingest = new Socket(InetAddress.getLoopbackAddress(), caller.port());
        Socket sql = new Socket(InetAddress.getLoopbackAddress(), caller.port())) {
      post(ingest, ROWS.formatted("half"), 1_000_000, "a\n1\n2\n");
      post(sql, "/api/v1/repos/lake/sql", query.length(), query);

      new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();

      assertThat(exitCode(process)).isEqualTo(130);
      assertThat(process.inputReader(StandardCharsets.UTF_8).lines())
          .containsExactly("varve stops: 2 requests have 1 s to end", "varve has stopped");
    }
    assertThat(warehouseFiles()).isEqualTo(files);
    Caller again = ready(startHere());
    assertThat(again.get("/api/v1/repos/lake/tables").json().at("/items")).hasSize(1);
  }

  @Test
  void aSecondServerOnTheSameDataIsRefusedAndTheFirstServesOn() throws Exception {
    Caller first = ready(startHere());
    Process second = startHere();
    assertThat(exitCode(second)).isEqualTo(3);
    assertThat(stderr(1))
        .startsWith("error: another server uses the data directory '" + directory.toRealPath())
        .contains("hint: ");
    assertThat(first.get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void aTakenPortIsTold() throws Exception {
    Caller first = ready(startHere());
    Process second = start("--port=" + first.port(), "--data=" + directory.resolve("other"));
    assertThat(exitCode(second)).isEqualTo(4);
    assertThat(stderr(1)).startsWith("error: cannot listen on 127.0.0.1:" + first.port());
  }

  @Test
  void aCredentialIsMadeThatTheServerKnows() throws Exception {
    String file = directory.resolve("known").toString();
    assertThat(exitCode(start("credential", "etl"))).isEqualTo(2);
    assertThat(stderr(0)).contains("varve credential NAME --file FILE");
    Process making = start("credential", "etl", "--file=" + file);
    String credential = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(exitCode(making)).isZero();
    assertThat(credential).matches("etl:[A-Za-z0-9_-]{43}\n");
    assertThat(stderr(1)).contains(file).doesNotContain(credential.strip());

    Caller caller =
        ready(
            start(
                "--port",
                "0",
                "--data",
                directory.resolve("data").toString(),
                "--auth.credentials",
                file));

    String basic =
        Base64.getEncoder().encodeToString(credential.strip().getBytes(StandardCharsets.UTF_8));
    assertThat(caller.get("/api/v1/repos").status()).isEqualTo(401);
    assertThat(caller.get("/api/v1/repos", "Authorization", "Basic " + basic).status())
        .isEqualTo(200);
  }

  @Test
  void settingsThatCannotBeUsedAreTold() throws Exception {
    assertThat(exitCode(start("--host", "0.0.0.0"))).isEqualTo(2);
    assertThat(stderr(0)).contains("nobody would be asked who they are").contains("hint: ");
    assertThat(exitCode(start("--porrt", "1"))).isEqualTo(2);
    assertThat(stderr(1)).contains("did you mean 'port'?");
  }
}
