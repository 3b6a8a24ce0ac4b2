package dev.varve.engine.merge.rows;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Whether two states of a row have the same value in a cell. It is a column of its own, so that
 * values are compared once however often it matters.
 */
enum Agreement {
  /** Ours did not change the cell; false in a row that base does not have. */
  BASE_OURS(State.BASE, State.OURS),
  /** Theirs did not change the cell; false in a row that base does not have. */
  BASE_THEIRS(State.BASE, State.THEIRS),
  OURS_THEIRS(State.OURS, State.THEIRS);

  private final State left;
  private final State right;

  Agreement(State left, State right) {
    this.left = left;
    this.right = right;
  }

  /** The name of the column of a cell. */
  String in(NestedField cell) {
    return "\"__varve_" + name().toLowerCase(Locale.ROOT) + '_' + cell.fieldId() + '"';
  }

  /** The columns of all cells, each after a comma, where the cells of all states are in scope. */
  static String all(RowColumns columns) {
    return Arrays.stream(values()).map(each -> each.of(columns)).collect(Collectors.joining());
  }

  /** The columns of some cells, each after a comma, where all states have all rows. */
  static String inPlace(List<NestedField> cells) {
    return Arrays.stream(values()).map(each -> each.of(cells, "")).collect(Collectors.joining());
  }

  private String of(RowColumns columns) {
    return of(columns.cells(), left == State.BASE ? left.present(columns) + " AND " : "");
  }

  private String of(List<NestedField> cells, String known) {
    return cells.stream()
        .map(
            cell ->
                ", (%s%s) AS %s"
                    .formatted(
                        known, RowColumns.same(left.cell(cell), right.cell(cell), cell), in(cell)))
        .collect(Collectors.joining());
  }

  /** The condition that the states agree in all cells. */
  String everywhere(RowColumns columns) {
    return Stream.concat(Stream.of("true"), columns.cells().stream().map(this::in))
        .collect(Collectors.joining(" AND ", "(", ")"));
  }
}
