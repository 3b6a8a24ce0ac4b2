package dev.varve.benchmarks.merge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Spark's {@code MERGE INTO} of the same changes, in a process of its own: {@code
 * dev.varve.compatibility.MergeIntoCost}, with nothing of Varve on its class path.
 *
 * <p>It meets a table of ours' files, and merges twice: the changed rows ready-made, so that it
 * need not find them; and those that it finds in the files of base and theirs, which is what a
 * merge of branches is there.
 *
 * @param command what starts it, but for the directory with the changes
 */
record SparkMerges(List<String> command) {

  /** What two merges took: of rows that were given, and of those that were to be found. */
  record Seconds(double given, double found) {}

  /**
   * Puts a change where Spark finds it: its files of all states, and the rows that theirs changed.
   */
  static void prepare(Path directory, Change change, MergedLake lake) throws IOException {
    Path to = directory.resolve(change.label());
    JoinByHand.Files files = lake.files(change);
    link(files.base(), to.resolve("base"));
    link(files.ours(), to.resolve("ours"));
    link(files.theirs(), to.resolve("theirs"));
    Path changes = to.resolve("changes.parquet");
    try (var session = lake.duck().trusted()) {
      session.execute(
          "COPY (SELECT range AS id, -1::DOUBLE AS b FROM range(%d) WHERE %s) TO '%s' (FORMAT parquet)"
              .formatted(change.rows(), change.theirs(), changes));
    }
  }

  private static void link(List<Path> files, Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Path file : files) {
      Files.createLink(directory.resolve(file.getFileName()), file);
    }
  }

  /** Merges all prepared changes; the seconds that each took, by its label. */
  Map<String, Seconds> run(Path directory) {
    List<String> words = new ArrayList<>(command);
    words.add(directory.toString());
    try {
      Process process =
          new ProcessBuilder(words).redirectError(directory.resolve("errors").toFile()).start();
      Map<String, Seconds> seconds = new TreeMap<>();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] parts = line.split("\t", -1);
          if (parts.length == 3) {
            seconds.put(
                parts[0], new Seconds(Double.parseDouble(parts[1]), Double.parseDouble(parts[2])));
          }
        }
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "Spark failed:\n" + Files.readString(directory.resolve("errors")));
      }
      return seconds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Spark ran", e);
    }
  }
}
