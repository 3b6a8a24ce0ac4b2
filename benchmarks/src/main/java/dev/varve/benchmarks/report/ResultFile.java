package dev.varve.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Optional;

/**
 * Where a program keeps what it measures, if it was told to.
 *
 * @param file gets a line for each result
 * @param command what measures them again
 */
public record ResultFile(Optional<Path> file, String command) {

  /** Takes {@code --json FILE} from the front of a command line, if it is there. */
  public static ResultFile take(Deque<String> words, String program) {
    Optional<Path> file = Optional.empty();
    if ("--json".equals(words.peek())) {
      words.remove();
      file = Optional.of(Path.of(words.remove()));
    }
    return new ResultFile(file, (program + " " + String.join(" ", words)).strip());
  }

  /** Adds a result. */
  public void add(Result result) {
    if (file.isPresent()) {
      try {
        result.by(command, Machine.load()).appendTo(file.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
