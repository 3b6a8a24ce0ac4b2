package dev.varve.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of our own that writes until it is killed, and prints a line for all that it did. */
public final class DoomedProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private DoomedProcess(Process process) {
    this.process = process;
    this.lines = process.inputReader(UTF_8);
  }

  /** Starts a class of the tests that has a main method. */
  public static DoomedProcess start(Class<?> main, Path directory) throws IOException {
    return new DoomedProcess(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
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

  /** Kills it, if nobody has; it writes nothing more when this returns. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
