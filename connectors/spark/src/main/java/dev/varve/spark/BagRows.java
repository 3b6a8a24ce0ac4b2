package dev.varve.spark;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;

import dev.varve.client.Merges.RowTask;
import dev.varve.client.Merges.Winner;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.storage.StorageLevel;

/**
 * Three-way comparison of rows without a key: by how often each occurs.
 *
 * <p>A side's change is, for each row, how often it was added or removed. The merged table has
 * ours' rows and both changes. Occurrences that both sides removed are removed once; if rows were
 * added as well it is a conflict, unless both sides' changes are the same as a whole.
 */
final class BagRows implements ComparedRows {
  /** A row as a struct of its values. */
  private static final String ROW = "row";

  /** The same in the form in which rows are compared. */
  private static final String SAME = "same";

  /** How often it was added, or negative, removed. */
  private static final String TIMES = "times";

  private final RowColumns columns;
  private final Dataset<Row> ours;
  private final Dataset<Row> theirs;
  private final Dataset<Row> shared;
  private final Dataset<Row> applied;
  private final Dataset<Row> affected;
  private final boolean conflict;

  BagRows(TaskRows rows, RowColumns columns, RowTask task, Resolutions resolutions) {
    this.columns = columns;
    this.theirs = kept(change(rows.theirsNew(), rows.lostByTheirs()));
    this.ours = kept(change(rows.oursNew(), rows.lostByOurs()));
    this.shared = kept(shared(rows.lost()));
    this.affected = rows.oursAffected();
    boolean ambiguous =
        !shared.isEmpty()
            && !(ours.where(col(TIMES).gt(0)).isEmpty()
                && theirs.where(col(TIMES).gt(0)).isEmpty());
    Winner winner =
        ambiguous && sameChange() ? Winner.OURS : resolutions.ofAllRows().orElse(task.strategy());
    this.conflict = ambiguous && winner == Winner.FAIL;
    this.applied = kept(ambiguous ? settled(winner) : summed(theirs.unionAll(shared)));
  }

  private static Dataset<Row> kept(Dataset<Row> rows) {
    return rows.persist(StorageLevel.MEMORY_AND_DISK());
  }

  private Column same() {
    return struct(
        columns.all().stream()
            .map(
                column ->
                    RowColumns.compared(RowColumns.named(column.name()), column.type())
                        .as(column.name()))
            .toArray(Column[]::new));
  }

  private Dataset<Row> times(Dataset<Row> rows, int times) {
    return rows.select(same().as(SAME), columns.row().as(ROW), lit(times).as(TIMES));
  }

  /** The rows that some files have more or less often than others. */
  private Dataset<Row> change(Dataset<Row> more, Dataset<Row> less) {
    return summed(times(more, 1).unionAll(times(less, -1)));
  }

  private static Dataset<Row> summed(Dataset<Row> counted) {
    return counted
        .groupBy(SAME)
        .agg(first(ROW).as(ROW), sum(TIMES).as(TIMES))
        .where(col(TIMES).notEqual(0));
  }

  /** The rows of which both sides removed the same occurrences, and how many. */
  private Dataset<Row> shared(Dataset<Row> lost) {
    Dataset<Row> ofTheirs =
        theirs.where(col(TIMES).lt(0)).select(col(SAME), col(TIMES).as("of_theirs"));
    Dataset<Row> had = times(lost, 1).groupBy(SAME).agg(count(lit(1)).as("had"));
    return ours.where(col(TIMES).lt(0))
        .join(ofTheirs, SAME)
        .join(had, SAME)
        .select(
            col(SAME),
            col(ROW),
            negate(col(TIMES).plus(col("of_theirs"))).minus(col("had")).as(TIMES))
        .where(col(TIMES).gt(0));
  }

  /** Whether both sides changed the same rows by the same counts. */
  private boolean sameChange() {
    return summed(ours.unionAll(negated(theirs))).isEmpty();
  }

  private static Dataset<Row> negated(Dataset<Row> counted) {
    return counted.withColumn(TIMES, negate(col(TIMES)));
  }

  /** The change to ours if a side's rows are taken as a whole. */
  private Dataset<Row> settled(Winner winner) {
    return winner == Winner.THEIRS ? summed(theirs.unionAll(negated(ours))) : theirs.limit(0);
  }

  @Override
  public Optional<String> unclear() {
    return Optional.empty();
  }

  @Override
  public Dataset<Row> conflicts() {
    return (conflict ? shared : shared.limit(0))
        .select(
            lit(null).cast("string").as("cell"),
            lit("removed-on-both-sides").as("kind"),
            col(ROW).as("base"),
            lit(null).cast("string").as("take"),
            lit(null).cast("string").as("value"));
  }

  @Override
  public long changed() {
    return theirs.agg(coalesce(sum(abs(col(TIMES))), lit(0L))).first().getLong(0);
  }

  @Override
  public Dataset<Row> gone() {
    Dataset<Row> wanted =
        applied.where(col(TIMES).lt(0)).select(col(SAME), negate(col(TIMES)).as("wanted"));
    return affected
        .select(same().as(SAME), col(FILE), col(POSITION))
        .join(wanted, SAME)
        .withColumn(
            "place", row_number().over(Window.partitionBy(SAME).orderBy(col(FILE), col(POSITION))))
        .where(col("place").leq(col("wanted")))
        .select(FILE, POSITION);
  }

  @Override
  public Dataset<Row> come() {
    return applied
        .where(col(TIMES).gt(0))
        .select(col(ROW), explode(sequence(lit(1L), col(TIMES))).as("occurrence"))
        .select(columns.listOf(ROW));
  }

  @Override
  public void close() {
    List.of(applied, shared, ours, theirs).forEach(Dataset::unpersist);
  }
}
