package dev.varve.engine.change;

import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;

/**
 * Queries over what users gave, which may fail on any row. They run to their end before a row is
 * read: of a stream of rows that fails midway, DuckDB's driver does not tell the reason.
 */
final class WholeResult {
  private WholeResult() {}

  static <T> T query(DuckSession session, String sql, DuckSession.RowReader<T> reader) {
    String table = SqlText.name(session.freshName("result"));
    session.execute("CREATE TEMP TABLE " + table + " AS " + sql);
    T result = session.query("SELECT * FROM " + table, reader);
    session.execute("DROP TABLE " + table);
    return result;
  }
}
