package dev.varve.engine.write;

import dev.varve.engine.sql.DuckSession;
import java.util.List;
import java.util.function.Function;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Columns of a file that are in no other file.
 *
 * @param columns top-level columns of the table, at least one
 * @param select gives a query for them by name, on a session that it makes the files known to: as
 *     many rows as the file has, in their order
 */
public record ComputedColumns(List<NestedField> columns, Function<DuckSession, String> select) {
  public ComputedColumns {
    columns = List.copyOf(columns);
  }
}
