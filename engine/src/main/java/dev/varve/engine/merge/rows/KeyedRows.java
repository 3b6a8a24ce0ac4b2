package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;
import static dev.varve.engine.merge.rows.RowColumns.same;
import static dev.varve.engine.merge.rows.RowColumns.sameIn;
import static dev.varve.engine.merge.rows.RowColumns.value;

import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.Passes.Pass;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.JsonSql;
import dev.varve.engine.sql.SqlText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Three-way comparison of rows that a key tells apart, cell by cell.
 *
 * <p>First what theirs changed: a full outer join of the rows that base lost to theirs and those
 * that theirs has instead, by key. A row that was only moved to another file falls out here. What
 * is left is joined with the rows of ours. Each key then has at most one row on each of the three
 * sides, and is decided by {@link #status} and, where all of them hold the row, cell by cell.
 */
final class KeyedRows implements ComparedRows {
  private static final int SAMPLE = 5;
  private static final String CHANGED = "__varve_changed";
  private static final String DECIDED = "__varve_decided";

  /** Nothing is to be done, or ours has it already. */
  private static final String NONE = "'none'";

  /** Theirs' row comes to ours. */
  private static final String ADD = "'add'";

  /** Ours' row goes. */
  private static final String REMOVE = "'remove'";

  /** Ours' row is replaced by the merged one, unless some cell conflicts or none differs. */
  private static final String CELLS = "'cells'";

  private static final String REMOVED_IN_OURS = "'removed-in-ours'";
  private static final String REMOVED_IN_THEIRS = "'removed-in-theirs'";

  private final DuckSession session;
  private final RowColumns columns;
  private final RowStrategies strategies;
  private final Resolutions resolutions;
  private final Relations relations;
  private final List<NestedField> cells;
  private final Passes passes;
  private final Optional<RowMergeResult.UnclearKeys> unclear;

  KeyedRows(
      DuckSession session,
      RowColumns columns,
      RowStrategies strategies,
      Resolutions resolutions,
      Relations relations) {
    this.session = session;
    this.columns = columns;
    this.strategies = strategies;
    this.resolutions = resolutions;
    this.relations = relations;
    this.cells = columns.cells();
    this.passes = new Passes(session);
    this.unclear = compare();
  }

  private Optional<RowMergeResult.UnclearKeys> compare() {
    Optional<RowMergeResult.UnclearKeys> unclear =
        unclear("base", keysOf(relations.lostByTheirs()))
            .or(() -> unclear("theirs", keysOf(relations.theirsNew())));
    if (unclear.isEmpty()) {
      passes.create(CHANGED, this::changed);
      passes.create(DECIDED, this::decided);
      String found = "SELECT %s FROM %s".formatted(columns.keys(RowColumns::keyColumn), DECIDED);
      unclear = unclear("ours", found);
    }
    return unclear;
  }

  private String keysOf(String relation) {
    String keys = columns.keys(at -> columns.keyField("r", at) + " AS " + keyColumn(at));
    return "SELECT %s FROM (SELECT %s AS r FROM %s)".formatted(keys, relation, relation);
  }

  private Optional<RowMergeResult.UnclearKeys> unclear(String state, String keys) {
    String isNull = columns.keys(at -> keyColumn(at) + " IS NULL", " OR ");
    String bad =
        "SELECT %1$s FROM (%2$s) GROUP BY %1$s HAVING count(*) > 1 OR %3$s"
            .formatted(columns.keys(RowColumns::keyColumn), keys, isNull);
    long count = ComparedRows.number(session, "SELECT count(*) FROM (" + bad + ")");
    if (count == 0) {
      return Optional.empty();
    }
    String sample =
        "SELECT %s FROM (%s) ORDER BY %s LIMIT %d"
            .formatted(columns.keyJson(), bad, columns.keys(RowColumns::keyColumn), SAMPLE);
    return Optional.of(
        new RowMergeResult.UnclearKeys(state, count, ComparedRows.texts(session, sample)));
  }

  /** The rows that theirs added, changed or removed. */
  private String changed(Pass pass) {
    return """
        SELECT b, t, %s
        FROM (SELECT b FROM (SELECT %s AS b FROM %s) WHERE %s) AS was
        FULL JOIN (SELECT t FROM (SELECT %s AS t FROM %s) WHERE %s) AS now ON %s
        WHERE b IS NULL OR t IS NULL OR NOT %s"""
        .formatted(
            columns.keys(
                at ->
                    "coalesce(%s, %s) AS %s"
                        .formatted(
                            columns.keyField("b", at), columns.keyField("t", at), keyColumn(at))),
            relations.lostByTheirs(),
            relations.lostByTheirs(),
            pass.holds(columns.keys(at -> columns.keyField("b", at))),
            relations.theirsNew(),
            relations.theirsNew(),
            pass.holds(columns.keys(at -> columns.keyField("t", at))),
            columns.keys(
                at -> columns.keyField("b", at) + " = " + columns.keyField("t", at), " AND "),
            sameIn(cells, "b", "t"));
  }

  private String joined(Pass pass) {
    return resolutions.join(joinedSides(pass), columns);
  }

  private String joinedSides(Pass pass) {
    return """
        SELECT c.b AS base, o.o AS ours, c.t AS theirs, o.file AS file, o.pos AS pos, %s
        FROM (SELECT * FROM %s WHERE %s) AS c
        LEFT JOIN (SELECT * FROM (SELECT %s AS o, _file AS file, _pos AS pos FROM %s)
                   WHERE %s) AS o ON %s"""
        .formatted(
            columns.keys(at -> "c." + keyColumn(at)),
            CHANGED,
            pass.holds(columns.keys(RowColumns::keyColumn)),
            columns.struct(),
            relations.oursAffected(),
            pass.holds(columns.keys(at -> columns.keyField("o", at))),
            columns.keys(at -> columns.keyField("o.o", at) + " = c." + keyColumn(at), " AND "));
  }

  private String decided(Pass pass) {
    String asked = "SELECT *, %s AS asked FROM (%s)".formatted(status(), joined(pass));
    String statuses = "SELECT *, %s AS status FROM (%s)".formatted(resolved(), asked);
    return """
        SELECT *, CASE WHEN status = %s THEN %s END AS merged,
               CASE WHEN status = %s THEN %s ELSE [] END AS clashes
        FROM (%s)"""
        .formatted(CELLS, columns.struct(this::merged), CELLS, clashes(), statuses);
  }

  private String status() {
    return """
        CASE WHEN theirs IS NULL AND ours IS NULL THEN %s
             WHEN base IS NULL AND ours IS NULL THEN %s
             WHEN ours IS NULL THEN %s
             WHEN theirs IS NOT NULL THEN %s
             WHEN %s THEN %s
             ELSE %s END"""
        .formatted(
            NONE,
            ADD,
            settled(NONE, ADD, REMOVED_IN_OURS),
            CELLS,
            sameIn(cells, "base", "ours"),
            REMOVE,
            settled(NONE, REMOVE, REMOVED_IN_THEIRS));
  }

  /** What was asked about and has been answered is no conflict any more. */
  private String resolved() {
    return """
        CASE WHEN asked = %s THEN %s WHEN asked = %s THEN %s ELSE asked END"""
        .formatted(
            REMOVED_IN_OURS,
            resolutions.ofRow(NONE, ADD, REMOVED_IN_OURS),
            REMOVED_IN_THEIRS,
            resolutions.ofRow(NONE, REMOVE, REMOVED_IN_THEIRS));
  }

  private String settled(String ours, String theirs, String conflict) {
    return switch (strategies.rows()) {
      case OURS -> ours;
      case THEIRS -> theirs;
      case FAIL -> conflict;
    };
  }

  private String merged(NestedField column) {
    String ours = value("ours", column);
    String theirs = value("theirs", column);
    if (!cells.contains(column)) {
      return ours;
    }
    return "CASE WHEN %s THEN %s WHEN %s THEN %s WHEN %s THEN %s ELSE %s END"
        .formatted(
            unchanged(theirs, column),
            ours,
            unchanged(ours, column),
            theirs,
            same(ours, theirs, column),
            ours,
            resolutions.ofCell(column, settled(column, ours, theirs)));
  }

  private String settled(NestedField column, String ours, String theirs) {
    CellStrategy strategy = strategies.of(column.name());
    if (strategy instanceof CellRule rule) {
      return "CAST(" + rule.sql() + " AS " + DuckTypes.of(column.type()) + ")";
    }
    return strategy == Side.THEIRS ? theirs : ours;
  }

  /** Whether a side's cell is as it was; never so in a row that base does not have. */
  private static String unchanged(String cell, NestedField column) {
    return "(base IS NOT NULL AND " + same(value("base", column), cell, column) + ")";
  }

  /** The numbers of the cells that both sides changed differently and that no strategy settles. */
  private String clashes() {
    List<String> found = new ArrayList<>();
    for (int at = 0; at < cells.size(); at++) {
      NestedField column = cells.get(at);
      if (strategies.of(column.name()) == Side.FAIL) {
        String ours = value("ours", column);
        String theirs = value("theirs", column);
        found.add(
            "CASE WHEN NOT %s AND NOT %s AND NOT (%s) THEN %d END"
                .formatted(
                    unchanged(theirs, column),
                    unchanged(ours, column),
                    same(ours, theirs, column),
                    at));
      }
    }
    return found.isEmpty()
        ? "[]::INTEGER[]"
        : "list_filter([" + String.join(", ", found) + "], lambda cell: cell IS NOT NULL)";
  }

  @Override
  public Optional<RowMergeResult.UnclearKeys> unclear() {
    return unclear;
  }

  @Override
  public long rowsChanged() {
    return ComparedRows.number(session, "SELECT count(*) FROM " + CHANGED);
  }

  @Override
  public String gone() {
    return """
        SELECT file, pos FROM %s
        WHERE status = %s OR (status = %s AND NOT %s)"""
        .formatted(DECIDED, REMOVE, CELLS, sameIn(cells, "ours", "merged"));
  }

  @Override
  public String come() {
    return """
        SELECT %s
        FROM (SELECT CASE WHEN status = %s THEN theirs ELSE merged END AS r FROM %s
              WHERE status = %s OR (status = %s AND NOT %s))"""
        .formatted(
            columns.list(column -> value("r", column) + " AS " + SqlText.name(column.name())),
            ADD,
            DECIDED,
            ADD,
            CELLS,
            sameIn(cells, "ours", "merged"));
  }

  @Override
  public RowConflicts conflicts(RowPage page) {
    String conflicting = conflicting("status", resolutions.open("clashes", cells), CELLS);
    long count = ComparedRows.number(session, "SELECT count(*) FROM (" + conflicting + ")");
    long rows =
        count == 0
            ? 0
            : ComparedRows.number(
                session,
                "SELECT count(DISTINCT (%s)) FROM (%s)"
                    .formatted(columns.keys(RowColumns::keyColumn), conflicting));
    String order = columns.keys(RowColumns::keyColumn) + ", cell";
    String sql =
        """
        SELECT %s, status, cell, base IS NULL, %s, %s, %s
        FROM (SELECT * FROM (%s) ORDER BY %s LIMIT %d OFFSET %d)
        ORDER BY %s"""
            .formatted(
                columns.keyJson(),
                told("base"),
                told("ours"),
                told("theirs"),
                conflicting,
                order,
                page.limit(),
                page.offset(),
                order);
    return new RowConflicts(
        count, rows, count == 0 ? List.of() : session.query(sql, this::conflicts));
  }

  /** The cells and rows of which a status says that they conflict, each with its number. */
  private static String conflicting(String status, String clashes, String cellsStatus) {
    return """
        SELECT *, unnest(CASE WHEN %1$s = %2$s THEN %3$s ELSE [-1] END) AS cell
        FROM %4$s
        WHERE (%1$s = %2$s AND len(%3$s) > 0) OR %1$s IN (%5$s, %6$s)"""
        .formatted(status, cellsStatus, clashes, DECIDED, REMOVED_IN_OURS, REMOVED_IN_THEIRS);
  }

  @Override
  public String conflictRows() {
    String key =
        "struct_pack("
            + columns.keys(at -> SqlText.name(columns.keyName(at)) + " := " + keyColumn(at))
            + ")";
    String names = Resolutions.names(cells);
    return """
        SELECT %s AS "key", CASE WHEN cell >= 0 THEN (%s)[cell + 1] END AS cell,
               CASE WHEN asked IN (%s, %s) THEN asked
                    WHEN base IS NULL THEN 'added-on-both-sides'
                    ELSE 'changed-on-both-sides' END AS kind,
               base, ours, theirs, %s
        FROM (%s)
        ORDER BY %s, cell"""
        .formatted(
            key,
            names,
            REMOVED_IN_OURS,
            REMOVED_IN_THEIRS,
            resolutions.given(
                "CASE WHEN cell >= 0 THEN (%s)[cell + 1] ELSE '' END".formatted(names)),
            conflicting("asked", "clashes", CELLS),
            columns.keys(RowColumns::keyColumn));
  }

  /** The cell in question as JSON, or the row. */
  private String told(String side) {
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
          switch ("'" + rows.getString(2) + "'") {
            case REMOVED_IN_OURS -> Kind.REMOVED_IN_OURS;
            case REMOVED_IN_THEIRS -> Kind.REMOVED_IN_THEIRS;
            default -> added ? Kind.ADDED_ON_BOTH_SIDES : Kind.CHANGED_ON_BOTH_SIDES;
          };
      found.add(
          new RowConflict(
              kind,
              Optional.of(rows.getString(1)),
              cell < 0 ? Optional.empty() : Optional.of(cells.get(cell).name()),
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
