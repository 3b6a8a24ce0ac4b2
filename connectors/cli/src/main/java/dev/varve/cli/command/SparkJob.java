package dev.varve.cli.command;

import dev.varve.client.Merges.Prepared;
import dev.varve.client.RemoteRepository;

/** The Spark job that merges the rows which a prepared merge leaves to it. */
final class SparkJob {
  private SparkJob() {}

  /** Whether a prepared merge waits for the job, or for what is to be resolved before it. */
  static boolean isWaitedFor(Prepared prepared) {
    return prepared.conflicts().stream().anyMatch(conflict -> conflict.task().isPresent());
  }

  /** The command that submits it. */
  static String command(RemoteRepository repository, String prepared) {
    return "spark-submit --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0"
        + " --class dev.varve.spark.MergeJob varve-spark.jar %s %s %s"
            .formatted(repository.url(), repository.name(), prepared);
  }
}
