package dev.varve.engine.merge.rows;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A rule that computes a cell from the row on the three sides.
 *
 * @param name of the column, as the user wrote it: {@code sales.orders.qty}
 * @param sql a checked expression over the structs {@code base}, {@code ours} and {@code theirs};
 *     base is null if both sides added the row
 * @param text what the user wrote
 * @param fields what it reads, each as a side and the names of columns below it
 */
public record CellRule(String name, String sql, String text, List<List<String>> fields)
    implements CellStrategy {
  public CellRule {
    requireNonNull(name);
    requireNonNull(sql);
    requireNonNull(text);
    fields = List.copyOf(fields);
  }
}
