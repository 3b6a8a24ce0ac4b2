package dev.varve.engine.merge.rows;

import dev.varve.engine.sql.DuckTypes;
import dev.varve.engine.sql.SqlText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What people said of single conflicts, as pieces of SQL: a row has what was said of it in a map
 * {@code given}, by the name of the cell, or under the empty name for the row as a whole.
 *
 * <p>A resolution counts only while both sides' rows are what they were when it was given: else it
 * would decide about values that nobody saw.
 */
final class Resolutions {
  private static final String NOTHING = "NULL::MAP(VARCHAR, STRUCT(take VARCHAR, value VARCHAR))";

  private final Optional<Path> file;

  private Resolutions(Optional<Path> file) {
    this.file = file;
  }

  static final Resolutions NONE = new Resolutions(Optional.empty());

  static Resolutions of(Optional<Path> file) {
    return new Resolutions(file);
  }

  /** Whether nothing was said of any. */
  boolean isEmpty() {
    return file.isEmpty();
  }

  /** The rows of {@code sides}, with what was given; ours and theirs have the key in them. */
  String join(String sides, RowColumns columns) {
    if (file.isEmpty()) {
      return "SELECT *, %s AS given FROM (%s)".formatted(NOTHING, sides);
    }
    String grouped =
        """
        SELECT ours AS said_ours, theirs AS said_theirs,
               map_from_entries(list(struct_pack(
                   k := coalesce(cell, ''),
                   v := struct_pack(take := take, value := value)))) AS given
        FROM read_parquet(%s) GROUP BY ALL"""
            .formatted(SqlText.literal(file.get().toString()));
    return """
        SELECT s.*, g.given
        FROM (%s) AS s LEFT JOIN (%s) AS g
        ON g.said_ours IS NOT DISTINCT FROM %s AND g.said_theirs IS NOT DISTINCT FROM %s"""
        .formatted(
            sides,
            grouped,
            SeenRow.text("s.ours", columns.all()),
            SeenRow.text("s.theirs", columns.all()));
  }

  /**
   * What becomes of a whole row: one of two texts of SQL, or {@code otherwise} if none was given.
   */
  String ofRow(String ours, String theirs, String otherwise) {
    return file.isEmpty()
        ? otherwise
        : "CASE %s WHEN 'ours' THEN %s WHEN 'theirs' THEN %s ELSE %s END"
            .formatted(taken("''", "take"), ours, theirs, otherwise);
  }

  /** The value of a cell, or {@code otherwise} if none was given. */
  String ofCell(NestedField column, String otherwise) {
    if (file.isEmpty()) {
      return otherwise;
    }
    String name = SqlText.literal(column.name());
    return """
        CASE %s WHEN 'ours' THEN %s WHEN 'theirs' THEN %s WHEN 'base' THEN %s
        WHEN 'value' THEN CAST(%s AS %s) ELSE %s END"""
        .formatted(
            taken(name, "take"),
            State.OURS.cell(column),
            State.THEIRS.cell(column),
            State.BASE.cell(column),
            taken(name, "value"),
            DuckTypes.of(column.type()),
            otherwise);
  }

  /** Of a list of numbers of cells, those of which nothing was said. */
  String open(String clashes, List<NestedField> cells) {
    return file.isEmpty()
        ? clashes
        : "list_filter(%s, lambda clash: NOT list_contains(coalesce(map_keys(given), []), (%s)[clash + 1]))"
            .formatted(clashes, names(cells));
  }

  /** The columns {@code take} and {@code value} of a conflict, whose cell is an expression. */
  String given(String cell) {
    return taken(cell, "take") + " AS take, " + taken(cell, "value") + " AS value";
  }

  /** The names of cells as a list in SQL. */
  static String names(List<NestedField> cells) {
    return cells.stream()
        .map(cell -> SqlText.literal(cell.name()))
        .collect(Collectors.joining(", ", "[", "]::VARCHAR[]"));
  }

  private static String taken(String cell, String part) {
    return "struct_extract(map_extract_value(given, %s), '%s')".formatted(cell, part);
  }
}
