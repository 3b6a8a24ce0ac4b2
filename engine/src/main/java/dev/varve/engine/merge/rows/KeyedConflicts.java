package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.value;
import static dev.varve.engine.merge.rows.RowDecision.ASKED;
import static dev.varve.engine.merge.rows.RowDecision.CLASHES;
import static dev.varve.engine.merge.rows.RowDecision.STATUS;
import static dev.varve.engine.merge.rows.RowStatus.CELLS;
import static dev.varve.engine.merge.rows.RowStatus.REMOVED_IN_OURS;
import static dev.varve.engine.merge.rows.RowStatus.REMOVED_IN_THEIRS;

import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.JsonSql;
import dev.varve.engine.sql.SqlText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The cells and rows of a table with a key on which the sides disagree.
 *
 * @param table a table of {@linkplain RowDecision#conflicts rows in conflict}
 */
record KeyedConflicts(
    DuckSession session, RowColumns columns, Resolutions resolutions, String table) {

  /** Those that nobody resolved. */
  RowConflicts open(RowPage page) {
    String conflicting = conflicting(STATUS, resolutions.open(CLASHES, columns.cells()));
    long count = ComparedRows.number(session, "SELECT count(*) FROM (" + conflicting + ")");
    return count == 0
        ? new RowConflicts(0, 0, List.of())
        : new RowConflicts(count, rows(conflicting), page(conflicting, page));
  }

  private long rows(String conflicting) {
    return ComparedRows.number(
        session,
        "SELECT count(DISTINCT (%s)) FROM (%s)"
            .formatted(columns.keys(RowColumns::keyColumn), conflicting));
  }

  private List<RowConflict> page(String conflicting, RowPage page) {
    String order = columns.keys(RowColumns::keyColumn) + ", cell";
    String sql =
        """
        SELECT %s, %s, cell, base IS NULL, %s, %s, %s
        FROM (SELECT * FROM (%s) ORDER BY %s LIMIT %d OFFSET %d)
        ORDER BY %s"""
            .formatted(
                columns.keyJson(),
                STATUS,
                told("base"),
                told("ours"),
                told("theirs"),
                conflicting,
                order,
                page.limit(),
                page.offset(),
                order);
    return session.query(sql, this::conflicts);
  }

  /** The cells and rows of which a status says that they conflict, each with its number. */
  private String conflicting(String status, String clashes) {
    return """
        SELECT *, unnest(CASE WHEN %1$s = %2$s THEN %3$s ELSE [-1] END) AS cell
        FROM %4$s
        WHERE (%1$s = %2$s AND len(%3$s) > 0) OR %1$s IN (%5$s, %6$s)"""
        .formatted(
            status, CELLS.sql(), clashes, table, REMOVED_IN_OURS.sql(), REMOVED_IN_THEIRS.sql());
  }

  /** A query for all of them, see {@link ComparedRows#conflictRows}. */
  String all() {
    String key =
        "struct_pack("
            + columns.keys(
                at -> SqlText.name(columns.keyName(at)) + " := " + RowColumns.keyColumn(at))
            + ")";
    String names = Resolutions.names(columns.cells());
    return """
        SELECT %s AS "key", CASE WHEN cell >= 0 THEN (%s)[cell + 1] END AS cell,
               CASE WHEN %s = %s THEN 'removed-in-ours'
                    WHEN %s = %s THEN 'removed-in-theirs'
                    WHEN base IS NULL THEN 'added-on-both-sides'
                    ELSE 'changed-on-both-sides' END AS kind,
               base, ours, theirs, %s
        FROM (%s)
        ORDER BY %s, cell"""
        .formatted(
            key,
            names,
            ASKED,
            REMOVED_IN_OURS.sql(),
            ASKED,
            REMOVED_IN_THEIRS.sql(),
            resolutions.given(
                "CASE WHEN cell >= 0 THEN (%s)[cell + 1] ELSE '' END".formatted(names)),
            conflicting(ASKED, CLASHES),
            columns.keys(RowColumns::keyColumn));
  }

  /** The cell in question as JSON, or the row. */
  private String told(String side) {
    List<NestedField> cells = columns.cells();
    StringBuilder told = new StringBuilder("CASE cell ");
    for (int at = 0; at < cells.size(); at++) {
      NestedField column = cells.get(at);
      told.append("WHEN ").append(at).append(" THEN ");
      told.append(JsonSql.of(value(side, column), column.type())).append("::VARCHAR ");
    }
    return told.append("ELSE ").append(columns.rowJson(side)).append(" END").toString();
  }

  private List<RowConflict> conflicts(ResultSet rows) throws SQLException {
    List<RowConflict> found = new ArrayList<>();
    while (rows.next()) {
      int cell = rows.getInt(3);
      boolean added = rows.getBoolean(4);
      Kind kind =
          switch (RowStatus.of(rows.getInt(2))) {
            case REMOVED_IN_OURS -> Kind.REMOVED_IN_OURS;
            case REMOVED_IN_THEIRS -> Kind.REMOVED_IN_THEIRS;
            case NONE, ADD, REMOVE, CELLS ->
                added ? Kind.ADDED_ON_BOTH_SIDES : Kind.CHANGED_ON_BOTH_SIDES;
          };
      found.add(
          new RowConflict(
              kind,
              Optional.of(rows.getString(1)),
              cell < 0 ? Optional.empty() : Optional.of(columns.cells().get(cell).name()),
              json(rows.getString(5), cell >= 0 && !added),
              json(rows.getString(6), cell >= 0),
              json(rows.getString(7), cell >= 0)));
    }
    return found;
  }

  /** A cell that is null is the value null; a row that is null is not there. */
  private static Optional<String> json(String text, boolean cell) {
    return cell && text == null ? Optional.of("null") : Optional.ofNullable(text);
  }
}
