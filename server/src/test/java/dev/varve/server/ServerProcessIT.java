package dev.varve.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.server.http.Caller;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server as a process of its own. */
class ServerProcessIT {
  private static final Pattern READY =
      Pattern.compile(
          "varve listens on http://127\\.0\\.0\\.1:(\\d+) · data in (/.*) · stop with Ctrl-C");

  @TempDir private Path directory;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
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

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process ended").isTrue();
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
    assertThat(stderr(1)).startsWith("error: cannot listen");
  }

  @Test
  void settingsThatCannotBeUsedAreTold() throws Exception {
    assertThat(exitCode(start("--host", "0.0.0.0"))).isEqualTo(2);
    assertThat(stderr(0)).contains("authentication").contains("hint: ");
    assertThat(exitCode(start("--porrt", "1"))).isEqualTo(2);
    assertThat(stderr(1)).contains("did you mean 'port'?");
  }
}
