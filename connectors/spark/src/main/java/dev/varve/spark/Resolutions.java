package dev.varve.spark;

import static dev.varve.spark.RowColumns.sameIn;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_from_entries;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.when;

import dev.varve.client.Merges.Winner;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What people said of single conflicts: the table of conflicts as an earlier comparison left it,
 * with {@code take} and {@code value} filled in.
 *
 * <p>It counts only while both sides' rows are what they were, in the same columns: else it would
 * decide about values that nobody saw.
 */
final class Resolutions {
  private static final String GIVEN = "given";
  private static final String GIVEN_TYPE = "map<string,struct<take:string,value:string>>";

  /** What is said of a row as a whole is kept under this name, which no cell has. */
  private static final String WHOLE_ROW = "";

  private final Optional<Dataset<Row>> conflicts;

  /**
   * @param conflicts the table of conflicts, if there is one
   */
  Resolutions(Optional<Dataset<Row>> conflicts) {
    this.conflicts = conflicts.filter(table -> List.of(table.columns()).contains("take"));
  }

  /**
   * The rows of three sides, each with what was given.
   *
   * @param sides rows of temporary key columns, {@code base}, {@code ours} and {@code theirs}
   * @throws IllegalArgumentException if a value was given that Spark cannot read from text
   */
  Dataset<Row> join(Dataset<Row> sides, RowColumns columns) {
    Optional<Dataset<Row>> known =
        conflicts
            .filter(table -> isOf(table, columns))
            .map(table -> table.where(col("take").isNotNull()));
    if (known.isEmpty()) {
      return sides.withColumn(GIVEN, lit(null).cast(GIVEN_TYPE));
    }
    requireReadable(known.get(), columns);
    Column each = struct(coalesce(col("cell"), lit(WHOLE_ROW)), struct(col("take"), col("value")));
    Column[] keys = Arrays.stream(columns.keyNames()).map(RowColumns::named).toArray(Column[]::new);
    Dataset<Row> grouped =
        known
            .get()
            .select(RowColumns.join(columns.keyOfConflict(), col("*")))
            .groupBy(keys)
            .agg(
                first("ours").as("said_ours"),
                first("theirs").as("said_theirs"),
                map_from_entries(collect_list(each)).cast(GIVEN_TYPE).as("said"));
    return sides
        .join(grouped, columns.keyNames(), "left_outer")
        .withColumn(
            GIVEN, when(isAsItWas("ours", columns).and(isAsItWas("theirs", columns)), col("said")))
        .drop("said_ours", "said_theirs", "said");
  }

  /** Whether conflicts were told in the columns that the table has now. */
  private static boolean isOf(Dataset<Row> table, RowColumns columns) {
    String now = columns.type().catalogString();
    return List.of(table.columns()).containsAll(List.of("key", "ours", "theirs"))
        && List.of("ours", "theirs").stream()
            .allMatch(side -> table.schema().apply(side).dataType().catalogString().equals(now));
  }

  private static Column isAsItWas(String side, RowColumns columns) {
    return col("said_" + side)
        .isNull()
        .eqNullSafe(col(side).isNull())
        .and(sameIn(columns.all(), "said_" + side, side));
  }

  private static void requireReadable(Dataset<Row> said, RowColumns columns) {
    Object[] unreadable =
        columns.cells().stream()
            .filter(column -> !isReadable(column))
            .map(NestedField::name)
            .toArray();
    List<Row> given =
        said.where(col("take").equalTo("value").and(col("cell").isin(unreadable)))
            .limit(1)
            .collectAsList();
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "cannot merge rows on Spark: a value was given for '%s', whose type Spark does not read from text; take ours, theirs or base"
              .formatted(given.get(0).<String>getAs("cell")));
    }
  }

  private static boolean isReadable(NestedField column) {
    return column.type().isPrimitiveType()
        && column.type().typeId() != TypeID.BINARY
        && column.type().typeId() != TypeID.FIXED;
  }

  /** What becomes of a row in conflict. */
  static Column ofRow(Column ours, Column theirs, Column otherwise) {
    Column take = given(lit(WHOLE_ROW), "take");
    return when(take.equalTo("ours"), ours)
        .when(take.equalTo("theirs"), theirs)
        .otherwise(otherwise);
  }

  /** The value of a cell in conflict, or {@code otherwise} if none was given. */
  static Column ofCell(NestedField column, Column otherwise) {
    Column take = given(lit(column.name()), "take");
    Column text = isReadable(column) ? given(lit(column.name()), "value") : lit(null);
    return when(take.equalTo("ours"), RowColumns.value("ours", column))
        .when(take.equalTo("theirs"), RowColumns.value("theirs", column))
        .when(take.equalTo("base"), RowColumns.value("base", column))
        .when(take.equalTo("value"), text.cast(SparkSchemaUtil.convert(column.type())))
        .otherwise(otherwise);
  }

  /** The columns {@code take} and {@code value} of a conflict. */
  static Column[] given() {
    Column cell = coalesce(col("cell"), lit(WHOLE_ROW));
    return new Column[] {given(cell, "take").as("take"), given(cell, "value").as("value")};
  }

  private static Column given(Column cell, String part) {
    return try_element_at(col(GIVEN), cell).getField(part);
  }

  /** Of rows without a key, the side that wins: if the same was said of all of them. */
  Optional<Winner> ofAllRows() {
    List<Row> takes =
        conflicts
            .filter(table -> !List.of(table.columns()).contains("key"))
            .map(table -> table.select("take").distinct().limit(2).collectAsList())
            .orElse(List.of());
    if (takes.size() != 1) {
      return Optional.empty();
    }
    return Optional.ofNullable(takes.get(0).getString(0))
        .flatMap(
            take ->
                switch (take) {
                  case "ours" -> Optional.of(Winner.OURS);
                  case "theirs" -> Optional.of(Winner.THEIRS);
                  default -> Optional.empty();
                });
  }
}
