package dev.varve.engine.ingest;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.change.TableKey;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.util.OptionalLong;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;

/**
 * A file's rows with a table's columns. Text is parsed again each time the rows are read; so once a
 * key is to be checked, they are kept in a temporary table, which spills to disk.
 */
final class InputRows {
  private final DuckSession session;
  private final ColumnMapping mapping;
  private String select;
  private OptionalLong count;

  private InputRows(DuckSession session, ColumnMapping mapping) {
    this.session = session;
    this.mapping = mapping;
    this.select = mapping.select();
    this.count = mapping.source().rows();
  }

  static InputRows of(DuckSession session, ColumnMapping mapping) {
    return new InputRows(session, mapping);
  }

  String select() {
    return select;
  }

  /** The rows as a relation, in parentheses. */
  String relation() {
    return "(" + select + ")";
  }

  /** How many there are, if that is known by now. */
  OptionalLong count() {
    return count;
  }

  /** Refuses rows without a key or with the same one. */
  void requireUnique(TableKey key) {
    keep();
    key.requireUnique(session, relation(), "the file");
  }

  /** Refuses rows whose key the table has. */
  void requireAbsent(TableKey key, Table table, String name) {
    String view = session.freshName("present");
    TableRelation.of(table, range(key)).register(session, view);
    key.requireAbsent(session, relation(), SqlText.name(view), name);
  }

  /** A filter that every row of a table passes that has a key of these rows. */
  Expression range(TableKey key) {
    return key.range(session, relation());
  }

  private void keep() {
    String table = session.freshName("input");
    try {
      session.execute("CREATE TEMP TABLE %s AS %s".formatted(SqlText.name(table), select));
    } catch (VarveException e) {
      throw explain(e);
    }
    select = "SELECT * FROM " + SqlText.name(table);
    count =
        session.query(
            "SELECT count(*) FROM " + SqlText.name(table),
            result -> result.next() ? OptionalLong.of(result.getLong(1)) : OptionalLong.empty());
  }

  /** The failure of a query over these rows, with the place in the file. */
  VarveException explain(VarveException failure) {
    return mapping.source().explain(failure, new RowProbe(session, mapping.casts()));
  }
}
