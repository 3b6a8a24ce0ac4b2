package dev.varve.engine.change;

import dev.varve.engine.sql.Duck;
import dev.varve.engine.table.AnnouncedWork;
import dev.varve.engine.table.TableName;
import dev.varve.engine.table.Tables;
import dev.varve.engine.table.WriteOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Changes tables on a branch: their rows by SQL conditions and expressions, and their shape. Each
 * call is one commit, or none if there is nothing to change. Safe for use by many threads.
 */
public final class TableEdits {
  private final Tables tables;
  private final Supplier<Duck> duck;

  /**
   * @param duck the embedded DuckDB; asked for when rows are to change
   */
  public TableEdits(Tables tables, Supplier<Duck> duck) {
    this.tables = tables;
    this.duck = duck;
  }

  /**
   * Deletes the rows for which {@code where} is true; those for which it is null stay.
   *
   * @param where an SQL expression over the table's columns
   * @throws dev.varve.catalog.error.VarveException if the expression cannot be read or fails on a
   *     row, or others kept changing the same rows; nothing was committed
   */
  public ChangeResult delete(WriteOptions options, TableName table, String where) {
    return AnnouncedWork.run(
        tables,
        "delete from " + table,
        told -> new RowEdits(told, duck.get(), table, options).delete(where));
  }

  /**
   * Refuses a condition that {@link #delete} would refuse before it looks at a row. Changes
   * nothing.
   *
   * @throws dev.varve.catalog.error.VarveException if it is not one expression over the table's
   *     columns that is true or false
   */
  public void check(WriteOptions options, TableName table, String where) {
    new RowEdits(tables, duck.get(), table, options).check(where);
  }

  /**
   * Sets columns of the rows for which {@code where} is true.
   *
   * @param set SQL expressions by column; they see the row as it was before the update
   * @param where as in {@link #delete}
   * @throws dev.varve.catalog.error.VarveException as for {@link #delete}, or if a value does not
   *     fit its column, or two rows would have one key; nothing was committed
   */
  public ChangeResult update(
      WriteOptions options, TableName table, Map<String, String> set, String where) {
    return AnnouncedWork.run(
        tables,
        "update " + table,
        told -> new RowEdits(told, duck.get(), table, options).update(set, where));
  }

  /**
   * Changes columns, partitioning, sort order, key and properties, all or none of {@code changes},
   * in their order. No data is rewritten: what is there stays as it was written. Only for a new key
   * rows are read, the columns of the key of all that there are.
   *
   * @throws dev.varve.catalog.error.VarveException if a change is not possible, or rows lack a new
   *     key or share it; nothing was committed
   */
  public ChangeResult alter(WriteOptions options, TableName table, List<Alteration> changes) {
    return new TableAlteration(tables, duck, table, options).apply(changes);
  }
}
