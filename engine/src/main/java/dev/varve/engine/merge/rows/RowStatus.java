package dev.varve.engine.merge.rows;

import java.util.stream.Stream;

/** What becomes of a row that theirs changed. In SQL it is a small number. */
enum RowStatus {
  /** Nothing is to be done, or ours has it already. */
  NONE(0),
  /** Theirs' row comes to ours. */
  ADD(1),
  /** Ours' row goes. */
  REMOVE(2),
  /** Ours' row is replaced by the merged one, unless some cell conflicts or none differs. */
  CELLS(3),
  /** Ours removed the row and theirs changed it: a conflict. */
  REMOVED_IN_OURS(4),
  /** Theirs removed the row and ours changed it: a conflict. */
  REMOVED_IN_THEIRS(5);

  private final int number;

  RowStatus(int number) {
    this.number = number;
  }

  /** The status of a number. */
  static RowStatus of(int number) {
    return Stream.of(values()).filter(it -> it.number == number).findFirst().orElseThrow();
  }

  /** The status as a value in SQL. */
  String sql() {
    return number + "::UTINYINT";
  }
}
