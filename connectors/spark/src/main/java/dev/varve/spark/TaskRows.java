package dev.varve.spark;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a task's files, in the columns of the merged table.
 *
 * @param table reads them
 */
record TaskRows(StagedTable table, TaskFiles files) {
  Dataset<Row> lostByTheirs() {
    return table.read(files.lostByTheirs());
  }

  Dataset<Row> theirsNew() {
    return table.read(files.theirsNew());
  }

  Dataset<Row> lostByOurs() {
    return table.read(files.lostByOurs());
  }

  Dataset<Row> theirsKept() {
    return table.read(files.theirsKept());
  }

  Dataset<Row> oursNew() {
    return table.read(files.oursNew());
  }

  Dataset<Row> lost() {
    return table.read(files.lost());
  }

  Dataset<Row> oursAffected() {
    return table.read(files.oursAffected());
  }
}
