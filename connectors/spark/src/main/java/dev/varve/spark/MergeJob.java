package dev.varve.spark;

import dev.varve.client.CommitOptions;
import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Outcome;
import dev.varve.client.RemoteRepository;
import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/**
 * Finishes a merge that was prepared for Spark, as {@code varve merge --on spark} does it.
 *
 * <pre>
 * spark-submit --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0 \
 *   --class dev.varve.spark.MergeJob varve-spark.jar http://127.0.0.1:19130 lake merge/1
 * </pre>
 *
 * <p>A server that asks who calls is told {@code VARVE_CREDENTIAL}, of the environment. Ends with 0
 * if it was published and with 1 if it is in conflict: resolve what it lists, and submit it again.
 */
public final class MergeJob {
  private MergeJob() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "cannot tell what to merge: give the server's address, the repository, and the prepared"
              + " merge, such as: http://127.0.0.1:19130 lake merge/1");
    }
    RemoteRepository repository = JobRepository.of(arguments[0], arguments[1]);
    SparkMerge done;
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      done = VarveSpark.of(spark, repository).finish(arguments[2], CommitOptions.NONE);
    }
    if (done.outcome() == Outcome.CONFLICTED) {
      for (KeptConflict conflict : done.conflicts()) {
        System.err.println(conflict.table() + ": " + conflict.message());
        conflict.hint().ifPresent(hint -> System.err.println("  hint: " + hint));
      }
      System.err.println("list them with: varve prepared conflicts " + arguments[2]);
      System.exit(1);
    }
    done.commit().ifPresent(commit -> System.out.println("merged as " + commit.id()));
  }
}
