package dev.varve.engine.prepared;

import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Optional;

/**
 * What is to be said of conflicts.
 *
 * @param table the table in conflict
 * @param key of one row: its value, or {@code column=value} for each column of the row key; empty
 *     for all rows
 * @param where an SQL condition over the columns of the conflict's table: {@code key}, {@code
 *     cell}, {@code kind}, {@code base}, {@code ours}, {@code theirs}; {@code true} for all
 * @param cell only conflicts in this column; needed for a value
 * @param take which value wins
 * @param value for {@link Take#VALUE}: an SQL expression over the same columns
 */
public record Resolution(
    TableName table,
    List<String> key,
    String where,
    Optional<String> cell,
    Take take,
    Optional<String> value) {
  public Resolution {
    key = List.copyOf(key);
  }

  /** Which value wins. */
  public enum Take {
    OURS,
    THEIRS,
    /** What it was before; for cells alone. */
    BASE,
    /** One that is given; for cells alone. */
    VALUE,
    /** None: what was said before is taken back. */
    NONE
  }
}
