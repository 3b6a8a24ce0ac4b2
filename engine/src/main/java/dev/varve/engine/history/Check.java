package dev.varve.engine.history;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.Revision;
import dev.varve.engine.query.QueryLimits;
import dev.varve.engine.query.QueryResult;
import dev.varve.engine.query.Sql;
import dev.varve.engine.query.SqlQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A query that says of a commit whether all is well there. */
final class Check {
  private static final String HINT =
      "a check gives one boolean, such as: SELECT count(*) = 0 FROM t WHERE price < 0";

  private final Sql sql;
  private final String text;
  private final QueryLimits limits;

  Check(Sql sql, String text, QueryLimits limits) {
    this.sql = sql;
    this.text = text;
    this.limits = limits.withMaxRows(1);
  }

  /**
   * Whether the check holds.
   *
   * @throws VarveException if the query fails there or gives no boolean
   */
  boolean holds(Commit commit) {
    List<List<Object>> rows = new ArrayList<>();
    boolean more;
    try (QueryResult result = sql.query(new SqlQuery(text, Revision.of(commit.id()), limits))) {
      result.forEach(rows::add);
      more = result.truncated();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (VarveException e) {
      throw failed(commit, e);
    }
    if (rows.size() != 1 || more) {
      throw noBoolean(commit, more ? "several rows" : "no row");
    }
    List<Object> row = rows.get(0);
    if (row.size() != 1) {
      throw noBoolean(commit, row.size() + " columns");
    }
    if (row.get(0) instanceof Boolean holds) {
      return holds;
    }
    throw noBoolean(commit, row.get(0) == null ? "NULL" : "'" + row.get(0) + "'");
  }

  private static VarveException noBoolean(Commit commit, String instead) {
    return new VarveException(
        ErrorCode.INVALID_SQL,
        "the check gives %s at commit %s, not a boolean"
            .formatted(instead, commit.id().abbreviate()),
        HINT,
        Map.of("commit", commit.id().hex()),
        null);
  }

  private static VarveException failed(Commit commit, VarveException why) {
    Map<String, String> details = new TreeMap<>(why.details());
    details.put("commit", commit.id().hex());
    return new VarveException(
        why.code(),
        "the check fails at commit %s: %s".formatted(commit.id().abbreviate(), why.getMessage()),
        why.hint().orElse("name a later commit as good, from which on the check can run"),
        details,
        why);
  }
}
