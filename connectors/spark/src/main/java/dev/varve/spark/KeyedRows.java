package dev.varve.spark;

import static dev.varve.spark.RowColumns.join;
import static dev.varve.spark.RowColumns.named;
import static dev.varve.spark.RowColumns.same;
import static dev.varve.spark.RowColumns.sameIn;
import static dev.varve.spark.RowColumns.value;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.varve.client.Merges.RowTask;
import dev.varve.client.Merges.Winner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Three-way comparison of rows that a key tells apart, cell by cell.
 *
 * <p>First what theirs changed: a full outer join of the rows that base lost to theirs and those
 * that theirs has instead. What is left is joined with the rows of ours, and decided.
 */
final class KeyedRows implements ComparedRows {
  private static final int SAMPLE = 5;

  /** Nothing is to be done, or ours has it already. */
  private static final Column NONE = lit("none");

  /** Theirs' row comes to ours. */
  private static final Column ADD = lit("add");

  /** Ours' row goes. */
  private static final Column REMOVE = lit("remove");

  /** Ours' row is replaced by the merged one, unless some cell conflicts or none differs. */
  private static final Column CELLS = lit("cells");

  /** What the status of a row is before resolutions are looked at, and then after. */
  private static final String ASKED = "asked";

  private static final String STATUS = "status";

  private static final Column REMOVED_IN_OURS = lit("removed-in-ours");
  private static final Column REMOVED_IN_THEIRS = lit("removed-in-theirs");

  private final RowColumns columns;
  private final RowTask task;
  private final Resolutions resolutions;
  private final List<NestedField> cells;
  private final Dataset<Row> changed;
  private final Dataset<Row> decided;
  private final Optional<String> unclear;

  KeyedRows(TaskRows rows, RowColumns columns, RowTask task, Resolutions resolutions) {
    this.columns = columns;
    this.task = task;
    this.resolutions = resolutions;
    this.cells = columns.cells();
    Dataset<Row> base = keyed(rows.lostByTheirs(), "base");
    Dataset<Row> theirs = keyed(rows.theirsNew(), "theirs");
    this.changed =
        base.join(theirs, columns.keyNames(), "full_outer")
            .where(
                col("base")
                    .isNull()
                    .or(col("theirs").isNull())
                    .or(not(sameIn(cells, "base", "theirs"))))
            .persist(StorageLevel.MEMORY_AND_DISK());
    this.decided = decide(rows.oursAffected()).persist(StorageLevel.MEMORY_AND_DISK());
    this.unclear =
        unclear("base", base)
            .or(() -> unclear("theirs", theirs))
            .or(() -> unclear("ours", decided))
            .or(() -> addedAgain(rows));
  }

  /** Rows that seem to be added on both sides, and of which theirs has another one since base. */
  private Optional<String> addedAgain(TaskRows rows) {
    Dataset<Row> twice =
        decided
            .where(col("base").isNull().and(col("ours").isNotNull()).and(col("theirs").isNotNull()))
            .select(names());
    return twice.isEmpty()
        ? Optional.empty()
        : unclear(
            "theirs",
            twice.unionAll(
                keyed(rows.theirsKept(), "theirs")
                    .join(twice, columns.keyNames(), "left_semi")
                    .select(names())));
  }

  private Column[] names() {
    return Arrays.stream(columns.keyNames()).map(RowColumns::named).toArray(Column[]::new);
  }

  private Dataset<Row> keyed(Dataset<Row> rows, String side, String... more) {
    Column[] others = Arrays.stream(more).map(RowColumns::named).toArray(Column[]::new);
    Dataset<Row> structs = rows.select(join(others, columns.row().as(side)));
    return structs.select(join(columns.keyOf(side), join(others, col(side))));
  }

  private Optional<String> unclear(String state, Dataset<Row> rows) {
    Column[] keys = names();
    Column isNull = Arrays.stream(keys).map(Column::isNull).reduce(Column::or).orElseThrow();
    List<String> bad =
        rows.groupBy(keys)
            .agg(count(lit(1)).as("__varve_count"))
            .where(named("__varve_count").gt(1).or(isNull))
            .select(columns.keyStruct().as("key"))
            .limit(SAMPLE)
            .toJSON()
            .collectAsList();
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the row key does not tell rows apart in %s: it is on more than one row or missing, such as %s"
                .formatted(state, String.join(", ", bad)));
  }

  private Dataset<Row> decide(Dataset<Row> affected) {
    Dataset<Row> sides =
        changed.join(keyed(affected, "ours", FILE, POSITION), columns.keyNames(), "left_outer");
    return resolutions
        .join(sides, columns)
        .withColumn(ASKED, status())
        .withColumn(STATUS, resolved())
        .withColumn("merged", when(col(STATUS).equalTo(CELLS), mergedRow()))
        .withColumn("clashes", clashes());
  }

  private Column status() {
    return when(col("theirs").isNull().and(col("ours").isNull()), NONE)
        .when(col("base").isNull().and(col("ours").isNull()), ADD)
        .when(col("ours").isNull(), settled(NONE, ADD, REMOVED_IN_OURS))
        .when(col("theirs").isNotNull(), CELLS)
        .when(sameIn(cells, "base", "ours"), REMOVE)
        .otherwise(settled(NONE, REMOVE, REMOVED_IN_THEIRS));
  }

  /** What was asked about and has been answered is no conflict any more. */
  private static Column resolved() {
    return when(col(ASKED).equalTo(REMOVED_IN_OURS), Resolutions.ofRow(NONE, ADD, REMOVED_IN_OURS))
        .when(
            col(ASKED).equalTo(REMOVED_IN_THEIRS),
            Resolutions.ofRow(NONE, REMOVE, REMOVED_IN_THEIRS))
        .otherwise(col(ASKED));
  }

  private Column settled(Column ours, Column theirs, Column conflict) {
    return switch (task.strategy()) {
      case OURS -> ours;
      case THEIRS -> theirs;
      case FAIL -> conflict;
    };
  }

  private Column mergedRow() {
    return struct(
        columns.all().stream()
            .map(column -> merged(column).as(column.name()))
            .toArray(Column[]::new));
  }

  private Column merged(NestedField column) {
    Column ours = value("ours", column);
    Column theirs = value("theirs", column);
    if (!cells.contains(column)) {
      return ours;
    }
    return when(unchanged(theirs, column), ours)
        .when(unchanged(ours, column), theirs)
        .when(same(ours, theirs, column), ours)
        .otherwise(Resolutions.ofCell(column, settled(column, ours, theirs)));
  }

  private Column settled(NestedField column, Column ours, Column theirs) {
    String rule = task.rules().get(column.name());
    if (rule != null) {
      return CellRules.value(rule, column);
    }
    return strategy(column) == Winner.THEIRS ? theirs : ours;
  }

  private Winner strategy(NestedField column) {
    return task.strategies().getOrDefault(column.name(), task.strategy());
  }

  /** Whether a side's cell is as it was; never so in a row that base does not have. */
  private static Column unchanged(Column cell, NestedField column) {
    return col("base").isNotNull().and(same(value("base", column), cell, column));
  }

  /** The names of the cells that both sides changed differently and that no strategy settles. */
  private Column clashes() {
    List<Column> found = new ArrayList<>(List.of(lit(null).cast("string")));
    for (NestedField column : cells) {
      if (!task.rules().containsKey(column.name()) && strategy(column) == Winner.FAIL) {
        Column ours = value("ours", column);
        Column theirs = value("theirs", column);
        Column differ =
            col(STATUS)
                .equalTo(CELLS)
                .and(not(unchanged(theirs, column)))
                .and(not(unchanged(ours, column)))
                .and(not(same(ours, theirs, column)));
        found.add(when(differ, lit(column.name())));
      }
    }
    return filter(array(found.toArray(Column[]::new)), Column::isNotNull);
  }

  @Override
  public Optional<String> unclear() {
    return unclear;
  }

  @Override
  public Dataset<Row> conflicts() {
    Column row = lit(null).cast("string");
    Column isWhole = col(ASKED).isin("removed-in-ours", "removed-in-theirs");
    Column kind =
        when(isWhole, col(ASKED))
            .when(col("base").isNull(), lit("added-on-both-sides"))
            .otherwise(lit("changed-on-both-sides"));
    return decided
        .withColumn("cell", explode(when(isWhole, array(row)).otherwise(col("clashes"))))
        .select(
            join(
                new Column[] {
                  columns.keyStruct().as("key"),
                  col("cell"),
                  kind.as("kind"),
                  col("base"),
                  col("ours"),
                  col("theirs")
                },
                Resolutions.given()));
  }

  @Override
  public long changed() {
    return changed.count();
  }

  private Column replaced() {
    return col(STATUS).equalTo(CELLS).and(not(sameIn(cells, "ours", "merged")));
  }

  @Override
  public Dataset<Row> gone() {
    return decided
        .where(col(STATUS).equalTo(REMOVE).or(replaced()))
        .select(col(FILE), col(POSITION));
  }

  @Override
  public Dataset<Row> come() {
    return decided
        .where(col(STATUS).equalTo(ADD).or(replaced()))
        .select(when(col(STATUS).equalTo(ADD), col("theirs")).otherwise(col("merged")).as("row"))
        .select(columns.listOf("row"));
  }

  @Override
  public void close() {
    decided.unpersist();
    changed.unpersist();
  }
}
