package dev.varve.engine.merge.rows;

/** What becomes of a row that theirs changed. In SQL it is a small number. */
enum RowStatus {
  /** Nothing is to be done, or ours has it already. */
  NONE,
  /** Theirs' row comes to ours. */
  ADD,
  /** Ours' row goes. */
  REMOVE,
  /** Ours' row is replaced by the merged one, unless some cell conflicts or none differs. */
  CELLS,
  /** Ours removed the row and theirs changed it: a conflict. */
  REMOVED_IN_OURS,
  /** Theirs removed the row and ours changed it: a conflict. */
  REMOVED_IN_THEIRS;

  /** The status as a value in SQL. */
  String sql() {
    return ordinal() + "::UTINYINT";
  }
}
