package dev.varve.engine.merge.rows;

import java.util.Locale;
import org.apache.iceberg.types.Types.NestedField;

/**
 * One of the three states of a table that is merged, and its columns where rows of all three stand
 * side by side: a top-level column is then called by the state and the field id, so that no name of
 * the table can clash with another.
 */
enum State {
  BASE,
  OURS,
  THEIRS;

  /** What people call it, and what its row is called in rules. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of a column. */
  String cell(NestedField column) {
    return "\"__varve_" + word() + '_' + column.fieldId() + '"';
  }

  /** The columns of a relation of this state, under their new names. */
  String select(RowColumns columns) {
    return columns.list(column -> RowColumns.bare(column) + " AS " + cell(column));
  }

  /** A field of the row key. */
  String key(RowColumns columns, int at) {
    return columns.key(at, this::cell);
  }

  /** All fields of the row key, separated by commas. */
  String keys(RowColumns columns) {
    return columns.keys(at -> key(columns, at));
  }

  /** The condition that this state has the row. */
  String present(RowColumns columns) {
    return key(columns, 0) + " IS NOT NULL";
  }

  /** The condition that this state does not have the row. */
  String absent(RowColumns columns) {
    return key(columns, 0) + " IS NULL";
  }

  /** The row as a struct, null if this state does not have it. */
  String struct(RowColumns columns) {
    return "CASE WHEN " + present(columns) + " THEN " + columns.struct(this::cell) + " END";
  }
}
