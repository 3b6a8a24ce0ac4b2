package dev.varve.cli.command;

import dev.varve.client.Merges.Prepared;
import dev.varve.client.RemoteRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The Spark jobs that compare rows in the place of the server. */
final class SparkJob {
  private SparkJob() {}

  /** Whether a prepared merge waits for the job, or for what is to be resolved before it. */
  static boolean isWaitedFor(Prepared prepared) {
    return prepared.conflicts().stream().anyMatch(conflict -> conflict.task().isPresent());
  }

  /** The command that submits the merge of the rows which a prepared merge leaves to it. */
  static String command(RemoteRepository repository, String prepared) {
    return submit("MergeJob", repository, prepared);
  }

  /**
   * The command that submits the comparison of a table's rows at two revisions.
   *
   * @param table its name at the second one
   * @param was its name at the first one, if that is another
   */
  static String diff(
      RemoteRepository repository, String from, String to, String table, Optional<String> was) {
    List<String> arguments = new ArrayList<>(List.of(from, to, table));
    was.ifPresent(name -> arguments.addAll(List.of("--was", name)));
    return submit("DiffJob", repository, arguments.toArray(String[]::new));
  }

  private static String submit(String job, RemoteRepository repository, String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "spark-submit",
                "--packages",
                "org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0",
                "--class",
                "dev.varve.spark." + job,
                "varve-spark.jar",
                repository.url().toString(),
                repository.name()));
    words.addAll(List.of(arguments));
    return Shell.line(words);
  }
}
