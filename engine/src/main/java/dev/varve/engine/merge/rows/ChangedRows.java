package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;
import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.OURS;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.sql.TableRelation;
import java.util.function.UnaryOperator;

/**
 * The rows that theirs changed, as the three states have them, side by side: a full outer join by
 * key of the rows that base lost to theirs with those that theirs has instead, and what of ours
 * goes with it. A row that was only moved to another file is in neither of them.
 *
 * <p>Columns stay columns: only what is written or asked about is ever held, and structs of whole
 * rows are made where somebody asks for them.
 */
record ChangedRows(RowColumns columns, ComparedRows.Relations relations) {
  /** The number of ours' file that holds the row, as the relation numbers its files. */
  static final String FILE = "\"__varve_file\"";

  /** The row's position in that file. */
  static final String POSITION = "\"__varve_position\"";

  /**
   * The query: {@linkplain State#cell columns} of all states, the key, {@link #FILE}, {@link
   * #POSITION}, and the rows as structs {@code base}, {@code ours} and {@code theirs}.
   *
   * @param condition which keys are meant, given their fields, separated by commas
   */
  String sql(UnaryOperator<String> condition) {
    return """
        SELECT *, %s AS base, %s AS ours, %s AS theirs
        FROM (%s) AS changed LEFT JOIN (%s) AS found ON %s"""
        .formatted(
            BASE.struct(columns),
            OURS.struct(columns),
            THEIRS.struct(columns),
            changed(condition),
            rows(
                OURS,
                ", %s AS %s, %s AS %s"
                    .formatted(TableRelation.FILE_NUMBER, FILE, TableRelation.POSITION, POSITION),
                relations.oursAffected(),
                condition),
            columns.keys(at -> OURS.key(columns, at) + " = " + keyColumn(at), " AND "));
  }

  private String changed(UnaryOperator<String> condition) {
    return """
        SELECT *, %s
        FROM (%s) AS was FULL JOIN (%s) AS now ON %s
        WHERE %s OR %s OR NOT %s"""
        .formatted(
            columns.keys(
                at ->
                    "coalesce(%s, %s) AS %s"
                        .formatted(BASE.key(columns, at), THEIRS.key(columns, at), keyColumn(at))),
            rows(BASE, "", relations.lostByTheirs(), condition),
            rows(THEIRS, "", relations.theirsNew(), condition),
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
