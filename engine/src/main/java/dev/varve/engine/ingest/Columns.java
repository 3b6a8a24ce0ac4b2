package dev.varve.engine.ingest;

import dev.varve.engine.sql.DuckSession;
import java.util.ArrayList;
import java.util.List;

/** The columns of a relation, as DuckDB describes them. */
final class Columns {
  private Columns() {}

  static List<SourceColumn> of(DuckSession session, String relation) {
    return session.query(
        "DESCRIBE SELECT * FROM " + relation,
        rows -> {
          List<SourceColumn> columns = new ArrayList<>();
          while (rows.next()) {
            columns.add(new SourceColumn(rows.getString(1), rows.getString(2)));
          }
          return columns;
        });
  }
}
