package dev.varve.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of our own that writes until it is killed, and prints a line for all that it did. */
public final class DoomedProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;
  private final Path temp;

  private DoomedProcess(Process process, Path temp) {
    this.process = process;
    this.lines = process.inputReader(UTF_8);
    this.temp = temp;
  }

  /** Starts a class of the tests that has a main method. */
  public static DoomedProcess start(Class<?> main, Path directory) throws IOException {
    // Whoever is killed leaves the native libraries that it unpacked.
    Path temp = Files.createTempDirectory("doomed");
    return new DoomedProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start(),
        temp);
  }

  /** Waits for its next line. */
  public String line() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new AssertionError("the process ended before it was killed");
    }
    return line;
  }

  /**
   * Kills it after a time, and waits until it is dead.
   *
   * @return what it had printed and nobody had read
   */
  public List<String> killAfter(Duration time) throws IOException, InterruptedException {
    process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    process.toHandle().destroyForcibly(); // The process's own method would close the stream.
    List<String> rest = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      rest.add(line);
    }
    process.waitFor();
    return rest;
  }

  /** Kills it, if nobody has, and removes what it left in its directory for temporary files. */
  @Override
  public void close() throws IOException {
    process.toHandle().destroyForcibly();
    process.onExit().join();
    try (Stream<Path> left = Files.walk(temp)) {
      for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
