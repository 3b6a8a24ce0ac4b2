package dev.varve.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server process on a free port, and a command {@code varve} that speaks to it. */
final class Processes implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("http://[0-9.]+:\\d+");
  private static final int STOP_SECONDS = 240;

  private final Path directory;
  private final Process server;
  private final String url;

  private Processes(Path directory, Process server, String url) {
    this.directory = directory;
    this.server = server;
    this.url = url;
  }

  /** Starts a server over an empty data directory, and waits until it is ready. */
  static Processes start(Path directory) throws IOException {
    return start(directory, List.of(), Map.of());
  }

  /**
   * Starts a server over the data directory that is there, or an empty one.
   *
   * @param settings further arguments
   * @param variables of its environment
   */
  static Processes start(Path directory, List<String> settings, Map<String, String> variables)
      throws IOException {
    List<String> command =
        java(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "dev.varve.server.Main",
            "--port",
            "0",
            "--data",
            directory.resolve("data").toString());
    command.addAll(settings);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(directory.resolve("server.err").toFile());
    builder.environment().putAll(variables);
    Process server = builder.start();
    BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);
    String ready = lines.readLine();
    Matcher address = ADDRESS.matcher(String.valueOf(ready));
    if (!address.find()) {
      server.destroy();
      throw new IllegalStateException(
          "the server is not ready: %s %s"
              .formatted(ready, Files.readString(directory.resolve("server.err"))));
    }
    Processes processes = new Processes(directory, server, address.group());
    processes.writeLauncher();
    return processes;
  }

  /** Where the server listens. */
  String url() {
    return url;
  }

  /** Runs a script with {@code varve} on its path; fails with all that it printed if it fails. */
  String bash(Path workingDirectory, String script) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "script", ".out");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("PATH", directory + ":" + environment.get("PATH"));
    environment.put("VARVE_URL", url);
    environment.put("VARVE", launcher().toString());
    int exit = builder.start().waitFor();
    String printed = Files.readString(output);
    if (exit != 0) {
      throw new AssertionError(
          "exit code %d of:%n%s%nwhich printed:%n%s".formatted(exit, script, printed));
    }
    return printed;
  }

  @Override
  public void close() {
    server.destroy();
    try {
      if (!server.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        server.destroyForcibly();
        throw new AssertionError("the server did not stop on SIGTERM");
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private Path launcher() {
    return directory.resolve("varve");
  }

  private void writeLauncher() throws IOException {
    String command = String.join("' '", java("-XX:TieredStopAtLevel=1", "dev.varve.cli.Main"));
    Files.writeString(launcher(), "#!/bin/sh\nexec '" + command + "' \"$@\"\n");
    Files.setPosixFilePermissions(launcher(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(arguments));
    return command;
  }
}
