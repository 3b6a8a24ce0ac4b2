package dev.varve.spark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Gives the rows by which a table differs between two revisions, as {@code varve diff --rows --on
 * spark} says how.
 *
 * <pre>
 * spark-submit --packages org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.11.0 \
 *   --class dev.varve.spark.DiffJob varve-spark.jar http://127.0.0.1:19130 lake v1 main sales.orders
 * </pre>
 *
 * <p>Rows are lines of JSON in no particular order: {@code kind} (added, removed or changed),
 * {@code before} and {@code after}, where there are such. They go to standard output, through the
 * driver; or with {@code --output DIR} to files in a new directory, which the executors write.
 * {@code --was NAME} is the table's name at the first revision, if it was another. A server that
 * asks who calls is told {@code VARVE_CREDENTIAL}, of the environment.
 */
public final class DiffJob {
  private static final int REVISIONS_AND_TABLE = 5;

  private DiffJob() {}

  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    if (words.size() < REVISIONS_AND_TABLE || (words.size() - REVISIONS_AND_TABLE) % 2 != 0) {
      throw new IllegalArgumentException(
          "cannot tell what to compare: give the server's address, the repository, two revisions and"
              + " a table, such as: http://127.0.0.1:19130 lake v1 main sales.orders");
    }
    List<String> options = words.subList(REVISIONS_AND_TABLE, words.size());
    String table = words.get(4);
    String was = option(options, "--was").orElse(table);
    Optional<String> output = option(options, "--output");
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> rows =
          VarveSpark.of(spark, JobRepository.of(words.get(0), words.get(1)))
              .diff(was, words.get(2), table, words.get(3));
      if (output.isPresent()) {
        rows.write().json(output.get());
      } else {
        print(rows.toJSON().toLocalIterator());
      }
    }
  }

  private static Optional<String> option(List<String> options, String name) {
    Optional<String> value = Optional.empty();
    for (int at = 0; at < options.size(); at += 2) {
      if (!List.of("--was", "--output").contains(options.get(at))) {
        throw new IllegalArgumentException(
            "cannot read '%s': known are --was NAME and --output DIR".formatted(options.get(at)));
      }
      if (options.get(at).equals(name)) {
        value = Optional.of(options.get(at + 1));
      }
    }
    return value;
  }

  private static void print(Iterator<String> rows) throws IOException {
    BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    while (rows.hasNext()) {
      out.write(rows.next());
      out.newLine();
    }
    out.flush();
  }
}
