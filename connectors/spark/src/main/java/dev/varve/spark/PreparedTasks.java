package dev.varve.spark;

import dev.varve.client.Merges.KeptConflict;
import dev.varve.client.Merges.Prepared;
import dev.varve.client.Merges.RowTask;
import dev.varve.client.RemoteRepository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The merges of rows that a prepared merge leaves to another engine. Each ends in a snapshot of its
 * table, or in a table of conflicts, both on the branch of the prepared merge; so what was done
 * counts even if what comes next fails.
 */
final class PreparedTasks {
  /** The property of a table of conflicts that tells why rows could not be compared. */
  private static final String PROBLEM = "varve.rows-problem";

  private final SparkSession spark;
  private final RevisionTables tables;

  PreparedTasks(SparkSession spark, RemoteRepository repository, Prepared prepared) {
    this.spark = spark;
    this.tables = new RevisionTables(spark, repository, prepared.name());
  }

  /** Does those that are not done. */
  void run(List<KeptConflict> conflicts) {
    for (KeptConflict conflict : conflicts) {
      conflict.task().ifPresent(task -> run(conflict.table(), task));
    }
  }

  private void run(String table, RowTask task) {
    Table target = tables.load(table);
    if (RowMerge.isDone(target, task)) {
      return;
    }
    Map<String, String> mark = Map.of(RowMerge.DONE, task.id());
    Optional<String> unclear =
        new RowMerge(
                spark,
                target,
                TaskFiles.of(tables.read(task.files())),
                task,
                new Resolutions(tables.find(task.conflicts())))
            .merge(conflicts -> tables.write(task.conflicts(), conflicts, mark));
    unclear.ifPresent(
        why ->
            tables.write(
                task.conflicts(),
                spark.createDataFrame(
                    List.of(RowFactory.create(why)),
                    new StructType().add("problem", DataTypes.StringType)),
                Map.of(RowMerge.DONE, task.id(), PROBLEM, why)));
  }
}
