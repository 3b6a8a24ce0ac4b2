package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;
import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.OURS;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.sql.TableRelation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The rows that theirs changed, as the three states have them, side by side: those of {@linkplain
 * AlignedRows aligned files}, and of the others a full outer join by key of the rows that base lost
 * to theirs with those that theirs has instead; and what of ours goes with it. A row that was only
 * moved to another file is in neither of them.
 *
 * <p>Columns stay columns: only what is written or asked about is ever held, and structs of whole
 * rows are made where somebody asks for them.
 *
 * @param aligned the rows that need no join, if it was looked for such
 * @param base the relation of the rows to be joined that base lost to theirs
 * @param theirs of those that theirs has instead
 * @param ours of all rows of ours that may be concerned, with their positions
 */
record ChangedRows(
    RowColumns columns, Optional<AlignedRows> aligned, String base, String theirs, String ours) {
  /** All rows that theirs changed with all their cells, by the join alone. */
  static ChangedRows joined(RowColumns columns, ComparedRows.Relations relations) {
    return new ChangedRows(
        columns,
        Optional.empty(),
        relations.lostByTheirs(),
        relations.theirsNew(),
        relations.oursAffected());
  }

  /** The number of ours' file that holds the row, as the relation numbers its files. */
  static final String FILE = "\"__varve_file\"";

  /** The row's position in that file. */
  static final String POSITION = "\"__varve_position\"";

  /**
   * The query: {@linkplain State#cell columns} of all states, the key, {@link #FILE}, {@link
   * #POSITION}, and of each cell {@linkplain Agreement which states agree}.
   *
   * @param condition which keys are meant, given their fields, separated by commas
   */
  String sql(UnaryOperator<String> condition) {
    return """
        SELECT *%s
        FROM %s ON %s"""
        .formatted(
            Agreement.all(columns),
            withOurs(
                "(" + changed(condition) + ") AS changed",
                "("
                    + rows(
                        OURS,
                        ", %s AS %s, %s AS %s"
                            .formatted(
                                TableRelation.FILE_NUMBER, FILE, TableRelation.POSITION, POSITION),
                        ours,
                        condition)
                    + ") AS found"),
            columns.keys(at -> OURS.key(columns, at) + " = " + keyColumn(at), " AND "));
  }

  /** As {@link #sql}, with the rows as structs {@code base}, {@code ours} and {@code theirs}. */
  String withStructs(UnaryOperator<String> condition) {
    return "SELECT *, %s AS base, %s AS ours, %s AS theirs FROM (%s)"
        .formatted(
            BASE.struct(columns), OURS.struct(columns), THEIRS.struct(columns), sql(condition));
  }

  /** The right side of a join is held, the left one streams by. */
  private String withOurs(String changed, String found) {
    return aligned.filter(AlignedRows::isFewerThanOurs).isPresent()
        ? found + " RIGHT JOIN " + changed
        : changed + " LEFT JOIN " + found;
  }

  private String changed(UnaryOperator<String> condition) {
    List<String> parts = new ArrayList<>();
    aligned
        .filter(rows -> !rows.isEmpty())
        .ifPresent(
            rows -> parts.add(rows.changed(condition.apply(columns.keys(RowColumns::keyColumn)))));
    if (!areAllAligned()) {
      parts.add(joined(condition));
    }
    return String.join(" UNION ALL ", parts);
  }

  /** Whether theirs has just the keys of base in the files to be compared. */
  boolean areAllAligned() {
    return aligned.filter(AlignedRows::isAll).isPresent();
  }

  private String joined(UnaryOperator<String> condition) {
    return """
        SELECT *, %s
        FROM (%s) AS was FULL JOIN (%s) AS now ON %s
        WHERE %s OR %s OR NOT %s"""
        .formatted(
            columns.keys(
                at ->
                    "coalesce(%s, %s) AS %s"
                        .formatted(BASE.key(columns, at), THEIRS.key(columns, at), keyColumn(at))),
            rows(BASE, "", base, condition),
            rows(THEIRS, "", theirs, condition),
            columns.keys(at -> BASE.key(columns, at) + " = " + THEIRS.key(columns, at), " AND "),
            BASE.absent(columns),
            THEIRS.absent(columns),
            columns.sameCells(BASE::cell, THEIRS::cell));
  }

  private String rows(State state, String more, String relation, UnaryOperator<String> condition) {
    return "SELECT %s%s FROM %s WHERE %s"
        .formatted(
            state.select(columns),
            more,
            relation,
            condition.apply(columns.keys(at -> columns.key(at, RowColumns::bare))));
  }
}
