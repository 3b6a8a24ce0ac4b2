package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.OURS;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.merge.rows.RowMerge.Request;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.TableRelation;
import dev.varve.engine.write.ComputedColumns;
import dev.varve.engine.write.DataFileWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Columns that both sides changed, in files whose rows stayed where they were: each cell is that of
 * the side that changed it.
 *
 * <p>The three files are read row by row, in the changed columns alone, and only these are written.
 * What becomes of a cell is {@link RowDecision}'s to say.
 */
final class MixedColumns {
  private static final String TOGETHER =
      "(b_pos = o_pos AND b_pos = t_pos AND b_file = o_file AND b_file = t_file)";

  private final FileIO io;
  private final RowColumns columns;
  private final Request request;
  private final RowDecision decision;

  /**
   * @param io reads files
   */
  MixedColumns(FileIO io, RowColumns columns, Request request) {
    this.io = io;
    this.columns = columns;
    this.request = request;
    this.decision = new RowDecision(columns, request.strategies(), Resolutions.NONE);
  }

  /**
   * Whether a column can be mixed: no cell of it asks for other cells of its row, or for people.
   */
  boolean canHave(NestedField column) {
    return decision.rule(column).isEmpty()
        && request.kept().flatMap(KeptConflicts::resolutions).isEmpty()
        && DataFileWriter.canWrite(column);
  }

  /** Some files with their rows counted; without those whose rows are in conflict, or moved. */
  List<Taking> counted(DuckSession session, List<Taking> files) {
    if (files.isEmpty()) {
      return List.of();
    }
    List<NestedField> changed = changed(files);
    List<List<Taking>> shares = SideBySide.shares(session, files);
    String sql =
        IntStream.range(0, shares.size())
            .mapToObj(number -> count(session, number, shares.get(number), changed))
            .collect(Collectors.joining(" UNION ALL "));
    return session.query(
        sql,
        rows -> {
          List<Taking> counted = new ArrayList<>();
          while (rows.next()) {
            Taking file = shares.get(rows.getInt(1)).get(rows.getInt(2));
            long together = rows.getLong(5);
            if (together == file.base().file().recordCount() && rows.getLong(6) == 0) {
              counted.add(file.withRows(rows.getLong(3), rows.getLong(4)));
            }
          }
          return counted;
        });
  }

  private String count(
      DuckSession session, int share, List<Taking> files, List<NestedField> changed) {
    return """
        SELECT %d, b_file, count(*) FILTER (NOT (%s)), count(*) FILTER (%s),
               count(*) FILTER (%s), count(*) FILTER (%s)
        FROM (%s) WHERE b_file IS NOT NULL GROUP BY b_file"""
        .formatted(
            share,
            all(changed, Agreement.BASE_THEIRS::in, " AND "),
            all(changed, this::comes, " OR "),
            TOGETHER,
            decision.conflictIn(changed),
            sideBySide(session, files, changed));
  }

  /** Cells of columns that have a rule were changed by theirs alone, or not at all. */
  private String comes(NestedField column) {
    return decision.rule(column).isPresent()
        ? "NOT " + Agreement.BASE_THEIRS.in(column)
        : decision.replaces(column);
  }

  /** What is to be written of a file of which both sides changed columns. */
  Optional<ComputedColumns> of(Taking file) {
    List<NestedField> mixed =
        columns.all().stream().filter(it -> file.mixed().contains(it.fieldId())).toList();
    return mixed.isEmpty()
        ? Optional.empty()
        : Optional.of(new ComputedColumns(mixed, session -> merged(session, file, mixed)));
  }

  private String merged(DuckSession session, Taking file, List<NestedField> mixed) {
    Function<NestedField, String> cell =
        column ->
            "CASE WHEN %s THEN %s ELSE error('rows of files moved') END AS %s"
                .formatted(TOGETHER, decision.merged(column), RowColumns.bare(column));
    return "SELECT %s FROM (%s)"
        .formatted(all(mixed, cell, ", "), sideBySide(session, List.of(file), mixed));
  }

  /** The rows of all states of some files, with some cells. */
  private String sideBySide(DuckSession session, List<Taking> files, List<NestedField> cells) {
    // To plan a query takes longer the more columns it could read.
    StateViews views = new StateViews(session, io, new Schema(cells));
    return """
        SELECT *%s FROM (%s) POSITIONAL JOIN (%s) POSITIONAL JOIN (%s)"""
        .formatted(
            Agreement.inPlace(cells),
            select(views, request.files().lostByTheirs().get(0).with(files, Taking::base), BASE),
            select(views, request.files().oursNew().with(files, Taking::ours), OURS),
            select(views, request.files().theirsNew().with(files, Taking::theirs), THEIRS));
  }

  /** The columns are in the order of the view, else DuckDB holds the rows. */
  private static String select(StateViews views, StateFiles files, State state) {
    return "SELECT %1$s, %2$s AS %4$s_pos, %3$s AS %4$s_file FROM %5$s"
        .formatted(
            all(
                views.schema().columns(),
                it -> RowColumns.bare(it) + " AS " + state.cell(it),
                ", "),
            TableRelation.POSITION,
            TableRelation.FILE_INDEX,
            state.word().charAt(0),
            views.of(views.positioned(files)));
  }

  /** The columns that theirs changed in some of the files. */
  private List<NestedField> changed(List<Taking> files) {
    return columns.all().stream()
        .filter(column -> files.stream().anyMatch(file -> file.changes(column)))
        .toList();
  }

  private static String all(
      List<NestedField> columns, Function<NestedField, String> item, String separator) {
    return columns.stream().map(item).collect(Collectors.joining(separator));
  }
}
