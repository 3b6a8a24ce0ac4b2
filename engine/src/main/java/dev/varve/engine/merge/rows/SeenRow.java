package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.SqlText;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A row as the text by which it is told whether it changed since somebody saw it.
 *
 * <p>It has each cell that is not null, as JSON under the name of its column, in the order of the
 * names. So a column that was added, dropped or moved since makes no difference to rows that have
 * no value there, and every value that came, went or changed does. Within cells nothing is left
 * out: an entry of a map may be null, and is not the same as none.
 */
public final class SeenRow {
  private SeenRow() {}

  /**
   * The SQL expression of the text; null if there is no row.
   *
   * @param row a struct of the columns
   */
  public static String text(String row, List<NestedField> columns) {
    return columns.stream()
        .map(NestedField::name)
        .sorted()
        .map(name -> member(name, RowColumns.field(row, name)))
        .collect(
            Collectors.joining(
                ", ", "CASE WHEN %s IS NOT NULL THEN concat_ws(',', ".formatted(row), ") END"));
  }

  private static String member(String name, String cell) {
    return "CASE WHEN %2$s IS NOT NULL THEN to_json(%1$s)::VARCHAR || ':' || to_json(%2$s)::VARCHAR END"
        .formatted(SqlText.literal(name), cell);
  }
}
