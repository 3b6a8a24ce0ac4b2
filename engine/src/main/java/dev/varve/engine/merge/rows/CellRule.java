package dev.varve.engine.merge.rows;

import static java.util.Objects.requireNonNull;

import dev.varve.engine.sql.SqlText;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule that computes a cell from the row on the three sides.
 *
 * @param name of the column or the table, as the user wrote it: {@code sales.orders.qty}
 * @param sql a checked expression over the structs {@code base}, {@code ours} and {@code theirs};
 *     base is null if both sides added the row
 * @param text what the user wrote
 * @param elsewhere the same for another engine, which reads it as its own SQL
 * @param fields what it reads, each as a side and the names of columns below it
 */
public record CellRule(
    String name, String sql, String text, String elsewhere, List<List<String>> fields)
    implements CellStrategy {
  /** Fails for a row of which a rule does not say who wins; not to be used within TRY. */
  static final String NO_WINNER = "error('it gives neither ours nor theirs')";

  public CellRule {
    requireNonNull(name);
    requireNonNull(sql);
    requireNonNull(text);
    requireNonNull(elsewhere);
    fields = List.copyOf(fields);
  }

  /** A rule as the user wrote it. */
  public CellRule(String name, String sql, String text, List<List<String>> fields) {
    this(name, sql, text, text, fields);
  }

  /** Of a rule that says who wins a row, {@code 'ours'} or {@code 'theirs'}: the one of a cell. */
  public CellRule winning(String column) {
    String cases =
        """
        CASE CAST((%1$s
        ) AS %2$s) WHEN 'ours' THEN ours.%3$s WHEN 'theirs' THEN theirs.%3$s
        ELSE %4$s END""";
    String backticks = '`' + column.replace("`", "``") + '`';
    List<List<String>> read = new ArrayList<>(fields);
    read.add(List.of("ours", column));
    read.add(List.of("theirs", column));
    return new CellRule(
        name,
        cases.formatted(sql, "VARCHAR", SqlText.name(column), NO_WINNER),
        text,
        cases.formatted(text, "STRING", backticks, "raise_" + NO_WINNER),
        read);
  }
}
