package dev.varve.server.crash;

import dev.varve.server.Main;
import dev.varve.server.http.Caller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server as a process of its own, over a data directory that outlives it. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("http://[0-9.]+:(\\d+)");
  private static final int STOP_SECONDS = 240;

  private final Process process;
  private final Path temp;
  private final Path errors;

  private ServerProcess(Process process, Path temp, Path errors) {
    this.process = process;
    this.temp = temp;
    this.errors = errors;
  }

  /** Starts a server and does not wait for it. */
  static ServerProcess start(Path data) throws IOException {
    // Whoever is killed leaves the native libraries that it unpacked.
    Path temp = Files.createTempDirectory("varve-server");
    Path errors = temp.resolve("err");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + temp,
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--port",
            "0",
            "--data",
            data.toString());
    return new ServerProcess(
        new ProcessBuilder(command).redirectError(errors.toFile()).start(), temp, errors);
  }

  /** Waits until it is ready, and calls it. */
  Caller ready() throws IOException {
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    Matcher address = ADDRESS.matcher(String.valueOf(line));
    if (!address.find()) {
      throw new AssertionError("the server did not start: " + Files.readString(errors));
    }
    return new Caller(Integer.parseInt(address.group(1)));
  }

  /** Kills it after a time; returns once it is dead. */
  void killAfter(Duration time) throws InterruptedException {
    process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    process.destroyForcibly();
    process.waitFor();
  }

  /** Sends SIGKILL and does not wait. */
  void kill() {
    process.destroyForcibly();
  }

  /** Asks it to stop, as a person does. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not stop on SIGTERM");
    }
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
      try (Stream<Path> left = Files.walk(temp)) {
        for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
