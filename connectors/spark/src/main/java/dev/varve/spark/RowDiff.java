package dev.varve.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/**
 * The rows by which two states of a table differ, as the server tells them: of a table with a row
 * key paired by it; without one a row counts as often as it is there.
 */
final class RowDiff {
  private final RowColumns columns;
  private final boolean keyed;

  private RowDiff(Table before, Table after) {
    Set<Integer> key = after.schema().identifierFieldIds();
    this.keyed = !key.isEmpty() && key.equals(before.schema().identifierFieldIds());
    this.columns = new RowColumns(after.schema(), List.copyOf(key));
  }

  /**
   * Rows of {@code kind}, {@code before} and {@code after}. Reads manifests, opens files of which
   * {@link StagedTable} has to know that they can be read, and reads rows later.
   */
  static Dataset<Row> between(SparkSession spark, Table before, Table after) {
    RowColumns.requireTypes(after, "compare");
    Map<String, FileScanTask> was = files(before);
    Map<String, FileScanTask> is = files(after);
    List<FileScanTask> gone = without(was, is);
    List<FileScanTask> come = without(is, was);
    // Not closed: the rows are read when somebody asks for them.
    StagedTable table = new StagedTable(spark, after, before.schemas().values());
    return new RowDiff(before, after).rows(table.read(gone), table.read(come));
  }

  private static Map<String, FileScanTask> files(Table table) {
    Map<String, FileScanTask> files = new HashMap<>();
    if (table.currentSnapshot() == null) {
      return files;
    }
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.put(task.file().location(), task));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifests of '" + table.name() + "'", e);
    }
    return files;
  }

  /** The files of one state that another does not have with the same deletes. */
  private static List<FileScanTask> without(
      Map<String, FileScanTask> state, Map<String, FileScanTask> other) {
    List<FileScanTask> files = new ArrayList<>();
    state.forEach(
        (location, task) -> {
          FileScanTask there = other.get(location);
          if (there == null || !deletes(there).equals(deletes(task))) {
            files.add(task);
          }
        });
    return files;
  }

  /** A deletion vector is a part of a file: its place in it belongs to its name. */
  private static Set<String> deletes(FileScanTask task) {
    return task.deletes().stream().map(RowDiff::name).collect(Collectors.toSet());
  }

  private static String name(DeleteFile delete) {
    ContentFile<?> file = delete;
    return file.location() + " " + delete.contentOffset();
  }

  private Dataset<Row> rows(Dataset<Row> before, Dataset<Row> after) {
    Dataset<Row> counted =
        times(before, -1)
            .unionAll(times(after, 1))
            .groupBy("same")
            .agg(first("row").as("row"), sum("times").as("times"));
    Dataset<Row> gone = each(counted, negate(col("times")), "before");
    Dataset<Row> come = each(counted, col("times"), "after");
    return (keyed ? paired(gone, come) : bags(gone, come))
        .select(
            when(col("before").isNull(), lit("added"))
                .when(col("after").isNull(), lit("removed"))
                .otherwise(lit("changed"))
                .as("kind"),
            col("before"),
            col("after"));
  }

  private Dataset<Row> times(Dataset<Row> rows, int times) {
    Column[] same =
        columns.all().stream()
            .map(
                column ->
                    RowColumns.compared(RowColumns.named(column.name()), column.type())
                        .as(column.name()))
            .toArray(Column[]::new);
    return rows.select(struct(same).as("same"), columns.row().as("row"), lit(times).as("times"));
  }

  private static Dataset<Row> each(Dataset<Row> counted, Column times, String as) {
    return counted
        .where(times.gt(0))
        .select(col("row").as(as), col("same"), explode(sequence(lit(1L), times)).as("occurrence"));
  }

  private static Dataset<Row> bags(Dataset<Row> gone, Dataset<Row> come) {
    Dataset<Row> removed = gone.select("before");
    Dataset<Row> added = come.select("after");
    return removed.unionByName(added, true);
  }

  /** Rows of one key, of which an engine may have written several, are paired in their order. */
  private Dataset<Row> paired(Dataset<Row> gone, Dataset<Row> come) {
    String[] keys = columns.keyNames();
    String[] by = new String[keys.length + 1];
    System.arraycopy(keys, 0, by, 0, keys.length);
    by[keys.length] = "turn";
    return numbered(gone, "before").join(numbered(come, "after"), by, "full_outer");
  }

  private Dataset<Row> numbered(Dataset<Row> rows, String side) {
    Column[] keys = columns.keyOf(side);
    Column turn = row_number().over(Window.partitionBy(keys).orderBy(col("same"))).as("turn");
    return rows.select(RowColumns.join(keys, col(side), turn));
  }
}
