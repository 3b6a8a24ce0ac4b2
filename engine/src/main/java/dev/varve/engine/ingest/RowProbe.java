package dev.varve.engine.ingest;

import dev.varve.engine.sql.DuckSession;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the row that made a query fail, once it has failed: the way without failures pays
 * nothing for it.
 */
final class RowProbe {
  private static final String ROW = "__varve_row";

  private final DuckSession session;
  private final List<ColumnCast> casts;

  RowProbe(DuckSession session, List<ColumnCast> casts) {
    this.session = session;
    this.casts = List.copyOf(casts);
  }

  /**
   * A value that its column of the table does not take.
   *
   * @param row counted from 1, in the order of the file
   * @param value empty if there is none, and the column requires one
   */
  record Misfit(long row, String column, Optional<String> value, String type) {}

  /** The first misfit of the first column that has one. */
  Optional<Misfit> find(String relation) {
    return casts.stream().flatMap(cast -> find(relation, cast).stream()).findFirst();
  }

  private Optional<Misfit> find(String relation, ColumnCast cast) {
    Optional<String> misfit = cast.misfit();
    if (misfit.isEmpty()) {
      return Optional.empty();
    }
    String sql =
        "SELECT %1$s, %2$s FROM (SELECT *, row_number() OVER () AS %1$s FROM %3$s) WHERE %4$s LIMIT 1"
            .formatted(ROW, cast.shown(), relation, misfit.get());
    return session.query(
        sql,
        rows ->
            rows.next()
                ? Optional.of(
                    new Misfit(
                        rows.getLong(1),
                        cast.from().name(),
                        Optional.ofNullable(rows.getString(2)),
                        cast.target()))
                : Optional.empty());
  }
}
