package dev.varve.engine.history;

import dev.varve.catalog.history.Commit;
import java.util.List;

/**
 * Who last wrote each cell of a row.
 *
 * @param cells in the table's order
 * @param commitsRead how many commits were looked at
 * @param filesRead how many data files were read
 */
public record RowBlame(List<Cell> cells, long commitsRead, long filesRead) {
  public RowBlame {
    cells = List.copyOf(cells);
  }

  /**
   * One cell.
   *
   * @param value as JSON
   * @param commit the commit that wrote it: it changed the value, added the row, or brought the
   *     column
   */
  public record Cell(String column, String value, Commit commit) {}
}
