package dev.varve.spark;

import static org.apache.spark.sql.functions.expr;

import dev.varve.client.Merges.RowTask;
import java.util.List;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The rules of a task: expressions over the structs {@code base}, {@code ours} and {@code theirs},
 * by which cells are computed that both sides changed. Spark reads them as Spark SQL, after the
 * server read them as DuckDB's.
 */
final class CellRules {
  private CellRules() {}

  /** The value of a cell by its rule, as the column's type. */
  static Column value(String rule, NestedField column) {
    return expr(rule).cast(SparkSchemaUtil.convert(column.type()));
  }

  /**
   * Refuses rules that Spark cannot read, before a row is.
   *
   * @throws IllegalArgumentException with the rule and what Spark says of it
   */
  static void requireReadable(SparkSession spark, RowColumns columns, RowTask task) {
    StructType row = columns.type();
    Dataset<Row> sides =
        spark.createDataFrame(
            List.of(), new StructType().add("base", row).add("ours", row).add("theirs", row));
    for (NestedField column : columns.cells()) {
      String rule = task.rules().get(column.name());
      if (rule != null) {
        try {
          sides.select(value(rule, column)).queryExecution().assertAnalyzed();
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare.
          throw new IllegalArgumentException(
              "cannot use the rule '%s' for '%s' on Spark, which reads it as Spark SQL: %s"
                  .formatted(rule, column.name(), e.getMessage()),
              e);
        }
      }
    }
  }
}
