package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.Agreement.BASE_OURS;
import static dev.varve.engine.merge.rows.Agreement.BASE_THEIRS;
import static dev.varve.engine.merge.rows.Agreement.OURS_THEIRS;
import static dev.varve.engine.merge.rows.RowStatus.ADD;
import static dev.varve.engine.merge.rows.RowStatus.CELLS;
import static dev.varve.engine.merge.rows.RowStatus.NONE;
import static dev.varve.engine.merge.rows.RowStatus.REMOVE;
import static dev.varve.engine.merge.rows.RowStatus.REMOVED_IN_OURS;
import static dev.varve.engine.merge.rows.RowStatus.REMOVED_IN_THEIRS;
import static dev.varve.engine.merge.rows.State.BASE;
import static dev.varve.engine.merge.rows.State.OURS;
import static dev.varve.engine.merge.rows.State.THEIRS;

import dev.varve.engine.sql.DuckTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What becomes of {@linkplain ChangedRows rows that stand side by side}: as pieces of SQL.
 *
 * <p>Each row has a {@link RowStatus}, before resolutions ({@link #ASKED}) and after ({@link
 * #STATUS}); where all sides hold it, each cell is that of the side that changed it.
 */
record RowDecision(RowColumns columns, RowStrategies strategies, Resolutions resolutions) {
  /** The status before anybody was asked. */
  static final String ASKED = "\"__varve_asked\"";

  /** The status with what was answered. */
  static final String STATUS = "\"__varve_status\"";

  /** Whether the row is, or was, in conflict. */
  static final String CONFLICT = "\"__varve_conflict\"";

  /** Whether ours' row goes. */
  static final String GOES = "\"__varve_goes\"";

  /** Whether the row comes to ours. */
  static final String COMES = "\"__varve_comes\"";

  /** Whether base lacks the row, and both sides have it. */
  static final String ADDED_TWICE = "\"__varve_added_twice\"";

  /** The numbers of the cells in conflict, among those that are not of the key. */
  static final String CLASHES = "\"__varve_clashes\"";

  /** Whether outcomes depend on the rows as structs. */
  boolean asksForStructs() {
    return !resolutions.isEmpty()
        || columns.cells().stream()
            .anyMatch(cell -> strategies.of(cell.name()) instanceof CellRule);
  }

  /** The rows with their status. */
  private String decided(String sides) {
    return "SELECT *, %s AS %s FROM (SELECT *, %s AS %s FROM (%s))"
        .formatted(resolved(), STATUS, status(), ASKED, sides);
  }

  /**
   * The rows as they are to be: the columns of the table, {@link ChangedRows#FILE}, {@link
   * ChangedRows#POSITION}, {@link #GOES}, {@link #COMES}, {@link #CONFLICT} and {@link
   * #ADDED_TWICE}. The key is in every row, the other cells in those that come.
   *
   * @param sides the changed rows, with structs if {@linkplain #asksForStructs they are asked for}
   */
  String outcome(String sides) {
    String merged =
        "SELECT *, %s, %s AS %s FROM (%s)"
            .formatted(
                columns.list(column -> outcome(column) + " AS " + mergedName(column)),
                conflict(),
                CONFLICT,
                decided(resolutions.isEmpty() ? sides : resolutions.join(sides, columns)));
    String replaced = "(%s = %s AND (%s))".formatted(STATUS, CELLS.sql(), replacesSome());
    String addedTwice =
        "%s AND %s AND %s"
            .formatted(BASE.absent(columns), OURS.present(columns), THEIRS.present(columns));
    return "SELECT %s, %s, %s, %s, %s AS %s, %s = %s OR %s AS %s, %s = %s OR %s AS %s FROM (%s)"
        .formatted(
            columns.list(column -> mergedName(column) + " AS " + RowColumns.bare(column)),
            ChangedRows.FILE,
            ChangedRows.POSITION,
            CONFLICT,
            addedTwice,
            ADDED_TWICE,
            STATUS,
            REMOVE.sql(),
            replaced,
            GOES,
            STATUS,
            ADD.sql(),
            replaced,
            COMES,
            merged);
  }

  private static String mergedName(NestedField column) {
    return "\"__varve_merged_" + column.fieldId() + '"';
  }

  private String outcome(NestedField column) {
    String any =
        "coalesce(%s, %s, %s)".formatted(OURS.cell(column), THEIRS.cell(column), BASE.cell(column));
    if (!columns.isCell(column)) {
      return any;
    }
    return "CASE %s WHEN %s THEN %s WHEN %s THEN %s ELSE %s END"
        .formatted(
            STATUS,
            CELLS.sql(),
            merged(column),
            ADD.sql(),
            THEIRS.cell(column),
            columns.holdsKey(column) ? any : "NULL");
  }

  /**
   * The rows in conflict: their keys, the rows as structs {@code base}, {@code ours} and {@code
   * theirs}, what was {@code given}, {@link #ASKED}, {@link #STATUS} and {@link #CLASHES}.
   *
   * @param sides the changed rows, with structs
   */
  String conflicts(String sides) {
    return """
        SELECT %s, base, ours, theirs, given, %s, %s,
               CASE WHEN %s = %s THEN %s ELSE [] END AS %s
        FROM (%s)"""
        .formatted(
            columns.keys(RowColumns::keyColumn),
            ASKED,
            STATUS,
            STATUS,
            CELLS.sql(),
            clashes(),
            CLASHES,
            decided(resolutions.join(sides, columns)));
  }

  private String status() {
    return """
        CASE WHEN %s AND %s THEN %s
             WHEN %s AND %s THEN %s
             WHEN %s THEN %s
             WHEN %s THEN %s
             WHEN %s THEN %s
             ELSE %s END"""
        .formatted(
            THEIRS.absent(columns),
            OURS.absent(columns),
            NONE.sql(),
            BASE.absent(columns),
            OURS.absent(columns),
            ADD.sql(),
            OURS.absent(columns),
            settled(NONE, ADD, REMOVED_IN_OURS).sql(),
            THEIRS.present(columns),
            CELLS.sql(),
            BASE_OURS.everywhere(columns),
            REMOVE.sql(),
            settled(NONE, REMOVE, REMOVED_IN_THEIRS).sql());
  }

  /** What was asked about and has been answered is no conflict any more. */
  private String resolved() {
    if (resolutions.isEmpty()) {
      return ASKED;
    }
    return "CASE %1$s WHEN %2$s THEN %3$s WHEN %4$s THEN %5$s ELSE %1$s END"
        .formatted(
            ASKED,
            REMOVED_IN_OURS.sql(),
            resolutions.ofRow(NONE.sql(), ADD.sql(), REMOVED_IN_OURS.sql()),
            REMOVED_IN_THEIRS.sql(),
            resolutions.ofRow(NONE.sql(), REMOVE.sql(), REMOVED_IN_THEIRS.sql()));
  }

  private RowStatus settled(RowStatus ours, RowStatus theirs, RowStatus conflict) {
    return switch (strategies.rows()) {
      case OURS -> ours;
      case THEIRS -> theirs;
      case FAIL -> conflict;
    };
  }

  /** A cell of a row that all states have. */
  String merged(NestedField column) {
    String settled = resolutions.ofCell(column, settled(column));
    return settled.equals(OURS.cell(column))
        ? "CASE WHEN %s THEN %s ELSE %s END"
            .formatted(onlyTheirsChanged(column), THEIRS.cell(column), OURS.cell(column))
        : "CASE WHEN %s THEN %s WHEN %s THEN %s ELSE %s END"
            .formatted(
                staysOurs(column),
                OURS.cell(column),
                BASE_OURS.in(column),
                THEIRS.cell(column),
                settled);
  }

  private String settled(NestedField column) {
    CellStrategy strategy = strategies.of(column.name());
    if (strategy instanceof CellRule rule) {
      return "CAST(" + rule.sql() + " AS " + DuckTypes.of(column.type()) + ")";
    }
    return strategy == Side.THEIRS ? THEIRS.cell(column) : OURS.cell(column);
  }

  /** Whether cells of a column that both sides changed are computed, by a rule or a given value. */
  boolean isComputed(NestedField column) {
    return rule(column).isPresent() || !resolutions.isEmpty();
  }

  /** The rule for a column, if there is one. */
  Optional<CellRule> rule(NestedField column) {
    return strategies.of(column.name()) instanceof CellRule rule
        ? Optional.of(rule)
        : Optional.empty();
  }

  /**
   * The cells of a column that both sides changed differently, as {@code v}, beside the key.
   *
   * @param form of the expression: the cell is put in the place of {@code %s}
   * @param sides as in {@link #outcome}
   */
  String computed(NestedField column, String form, String sides) {
    return "SELECT *, %s AS v FROM (%s) WHERE %s = %s AND %s"
        .formatted(
            form.replace("%s", resolutions.ofCell(column, settled(column))),
            decided(resolutions.isEmpty() ? sides : resolutions.join(sides, columns)),
            STATUS,
            CELLS.sql(),
            clash(column));
  }

  private static String staysOurs(NestedField column) {
    return "(%s OR %s)".formatted(BASE_THEIRS.in(column), OURS_THEIRS.in(column));
  }

  private static String onlyTheirsChanged(NestedField column) {
    return "(%s AND NOT %s)".formatted(BASE_OURS.in(column), BASE_THEIRS.in(column));
  }

  /** Whether some merged cell is not as in ours. */
  private String replacesSome() {
    return Stream.concat(Stream.of("false"), columns.cells().stream().map(this::replaces))
        .collect(Collectors.joining(" OR "));
  }

  /** Whether a merged cell of a row that all states have is not as in ours. */
  String replaces(NestedField column) {
    String settled = resolutions.ofCell(column, settled(column));
    if (settled.equals(OURS.cell(column))) {
      return onlyTheirsChanged(column);
    } else if (settled.equals(THEIRS.cell(column))) {
      return "NOT " + staysOurs(column);
    }
    return "NOT (" + RowColumns.same(OURS.cell(column), mergedName(column), column) + ")";
  }

  /** Whether both sides changed a cell differently. */
  private static String clash(NestedField column) {
    return "NOT (%s OR %s OR %s)"
        .formatted(BASE_THEIRS.in(column), BASE_OURS.in(column), OURS_THEIRS.in(column));
  }

  private String conflict() {
    return "%s IN (%s, %s) OR (%s = %s AND (%s))"
        .formatted(
            ASKED,
            REMOVED_IN_OURS.sql(),
            REMOVED_IN_THEIRS.sql(),
            STATUS,
            CELLS.sql(),
            conflictIn(columns.cells()));
  }

  /** Whether some of these cells is in conflict, of a row that all states have. */
  String conflictIn(List<NestedField> cells) {
    return Stream.concat(
            Stream.of("false"), cells.stream().filter(this::isAskedAbout).map(RowDecision::clash))
        .collect(Collectors.joining(" OR "));
  }

  /** The numbers of the cells that both sides changed differently and that no strategy settles. */
  private String clashes() {
    List<NestedField> cells = columns.cells();
    List<String> found = new ArrayList<>();
    for (int at = 0; at < cells.size(); at++) {
      if (isAskedAbout(cells.get(at))) {
        found.add("CASE WHEN " + clash(cells.get(at)) + " THEN " + at + " END");
      }
    }
    return found.isEmpty()
        ? "[]::INTEGER[]"
        : "list_filter([" + String.join(", ", found) + "], lambda cell: cell IS NOT NULL)";
  }

  private boolean isAskedAbout(NestedField column) {
    return strategies.of(column.name()) == Side.FAIL;
  }
}
