package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.layout.TypeText;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.types.Type;

/**
 * A column of a file.
 *
 * @param name as the file has it
 * @param duckType DuckDB's type of its values, as DuckDB prints it
 */
record SourceColumn(String name, String duckType) {
  /** What DuckDB calls the type of JSON values that have no common type. */
  static final String JSON = "JSON";

  /**
   * The narrowest type of a table's column that holds all values.
   *
   * @throws VarveException if tables have no such columns
   */
  Type type() {
    try {
      // Field ids are the table's to give; here they only have to differ.
      return TypeText.parse(duckType, new AtomicInteger(1000)::incrementAndGet);
    } catch (VarveException e) {
      throw new VarveException(
          e.code(),
          "cannot take column '%s' of the file: %s".formatted(name, e.getMessage()),
          e.hint().orElse(null),
          Map.of("column", name, "type", duckType),
          e);
    }
  }

  /** Whether the column holds nothing but nulls, as far as the file says. */
  boolean isUntyped() {
    return duckType.equals("\"NULL\"") || duckType.equals("NULL");
  }
}
