package dev.varve.engine.merge.rows;

import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.RowConflict.Kind;
import dev.varve.engine.sql.ComparedSql;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import dev.varve.engine.sql.TableRelation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Three-way comparison of rows without a key: by how often each occurs.
 *
 * <p>A side's change is, for each row, how often it was added or removed. The merged table has
 * ours' rows and both changes. Where both sides removed one row, together more often than base has
 * it, they mean the same occurrences, which are removed once. If rows were added as well, that row
 * may have been updated: to one thing or two nobody can tell, and it is a conflict, unless both
 * sides' changes are the same as a whole.
 */
final class BagRows implements ComparedRows {
  private static final String COUNT = "__varve_count";
  private static final String COUNTED = "__varve_counted";
  private static final String ID = "__varve_id";
  private static final String OURS = "__varve_ours";
  private static final String THEIRS = "__varve_theirs";
  private static final String SHARED = "__varve_shared";
  private static final String APPLIED = "__varve_applied";
  private static final String GONE = "__varve_gone";

  private final DuckSession session;
  private final RowColumns columns;
  private final Relations relations;
  private final boolean conflict;

  BagRows(DuckSession session, RowColumns columns, RowStrategies strategies, Relations relations) {
    this.session = session;
    this.columns = columns;
    this.relations = relations;
    delta(THEIRS, relations.theirsNew(), relations.lostByTheirs());
    delta(OURS, relations.oursNew(), relations.lostByOurs());
    shared();
    boolean ambiguous =
        exists("SELECT 1 FROM " + SHARED)
            && exists(
                "SELECT 1 FROM %s WHERE %s > 0 UNION ALL SELECT 1 FROM %s WHERE %s > 0"
                    .formatted(OURS, COUNT, THEIRS, COUNT));
    Side winner = ambiguous && sameChange() ? Side.OURS : strategies.rows();
    this.conflict = ambiguous && winner == Side.FAIL;
    apply(ambiguous ? Optional.of(winner) : Optional.empty());
    session.execute("DROP TABLE " + COUNTED);
    session.execute("CREATE TEMP TABLE %s AS %s".formatted(GONE, occurrences()));
  }

  /** The rows that one relation has more or less often than another, and by how much. */
  private void delta(String name, String more, String less) {
    session.execute(
        "CREATE TEMP TABLE %s AS %s"
            .formatted(
                name,
                summed(
                    "SELECT %1$s, 1 AS %2$s FROM %3$s UNION ALL SELECT %1$s, -1 AS %2$s FROM %4$s"
                        .formatted(columns.names(), COUNT, more, less))));
  }

  private String summed(String counted) {
    // Held first: an aggregation of wide rows right above a UNION ALL does not spill enough.
    session.execute("CREATE OR REPLACE TEMP TABLE %s AS %s".formatted(COUNTED, counted));
    return "SELECT %s, sum(%s)::BIGINT AS %s FROM %s GROUP BY %s HAVING sum(%s) <> 0"
        .formatted(
            columns.list(
                column ->
                    ComparedSql.asItStands(column.type())
                        ? SqlText.name(column.name())
                        : "first(%1$s) AS %1$s".formatted(SqlText.name(column.name()))),
            COUNT,
            COUNT,
            COUNTED,
            columns.list(column -> ComparedSql.of(SqlText.name(column.name()), column.type())),
            COUNT);
  }

  /** The rows of which both sides removed the same occurrences, and how many. */
  private void shared() {
    String bothRemoved =
        """
        SELECT %s, o.%s + t.%s AS removed, row_number() OVER () AS %s
        FROM %s AS o JOIN %s AS t ON %s
        WHERE o.%s < 0 AND t.%s < 0"""
            .formatted(
                columns.list(column -> "o." + SqlText.name(column.name())),
                COUNT,
                COUNT,
                ID,
                OURS,
                THEIRS,
                same("o", "t"),
                COUNT,
                COUNT);
    session.execute(
        """
        CREATE TEMP TABLE %s AS
        SELECT %s, -any_value(r.removed) - count(*) AS %s
        FROM (%s) AS r JOIN %s AS b ON %s
        GROUP BY r.%s HAVING -any_value(r.removed) > count(*)"""
            .formatted(
                SHARED,
                columns.list(
                    column -> "first(r.%1$s) AS %1$s".formatted(SqlText.name(column.name()))),
                COUNT,
                bothRemoved,
                relations.lost(),
                same("r", "b"),
                ID));
  }

  private String same(String left, String right) {
    return columns.all().stream()
        .map(
            column ->
                RowColumns.same(
                    left + "." + SqlText.name(column.name()),
                    right + "." + SqlText.name(column.name()),
                    column))
        .collect(Collectors.joining(" AND "));
  }

  private boolean exists(String query) {
    return ComparedRows.number(session, "SELECT count(*) FROM (" + query + " LIMIT 1)") > 0;
  }

  /** Whether both sides changed the same rows by the same counts. */
  private boolean sameChange() {
    long ours = ComparedRows.number(session, "SELECT count(*) FROM " + OURS);
    long theirs = ComparedRows.number(session, "SELECT count(*) FROM " + THEIRS);
    return ours == theirs
        && ours
            == ComparedRows.number(
                session,
                "SELECT count(*) FROM %s AS o JOIN %s AS t ON %s AND o.%s = t.%s"
                    .formatted(OURS, THEIRS, same("o", "t"), COUNT, COUNT));
  }

  /** What is to be done to ours: how often each row comes or goes. */
  private void apply(Optional<Side> winner) {
    String counted =
        "SELECT %s, %s FROM %s".formatted(columns.names(), COUNT, THEIRS)
            + (winner.isPresent() ? undoing() : withoutShared());
    String none = winner.filter(side -> side != Side.THEIRS).isPresent() ? " LIMIT 0" : "";
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT *, row_number() OVER () AS %s FROM (%s)%s"
            .formatted(APPLIED, ID, summed(counted), none));
  }

  /** Takes ours' change back, so that theirs' stands alone. */
  private String undoing() {
    return " UNION ALL SELECT %s, -%s FROM %s".formatted(columns.names(), COUNT, OURS);
  }

  private String withoutShared() {
    return " UNION ALL SELECT %s, %s FROM %s".formatted(columns.names(), COUNT, SHARED);
  }

  @Override
  public Optional<RowMergeResult.UnclearKeys> unclear() {
    return Optional.empty();
  }

  @Override
  public long rowsChanged() {
    return ComparedRows.number(
        session, "SELECT coalesce(sum(abs(%s)), 0) FROM %s".formatted(COUNT, THEIRS));
  }

  @Override
  public long rowsComing() {
    return ComparedRows.number(
        session,
        "SELECT coalesce(sum(%1$s), 0) FROM %2$s WHERE %1$s > 0".formatted(COUNT, APPLIED));
  }

  /** As many occurrences as go of each row of ours. */
  private String occurrences() {
    return """
        SELECT file, pos
        FROM (SELECT o.%1$s AS file, o.%2$s AS pos, -a.%3$s AS wanted,
                     row_number() OVER (PARTITION BY a.%4$s ORDER BY o.%1$s, o.%2$s) AS place
              FROM %5$s AS a JOIN %6$s AS o ON %7$s
              WHERE a.%3$s < 0)
        WHERE place <= wanted"""
        .formatted(
            TableRelation.FILE_NUMBER,
            TableRelation.POSITION,
            COUNT,
            ID,
            APPLIED,
            relations.oursAffected(),
            same("a", "o"));
  }

  @Override
  public String gone() {
    return "SELECT file, pos FROM " + GONE;
  }

  @Override
  public String come() {
    return "SELECT %s FROM (SELECT *, unnest(range(%s)) FROM %s WHERE %s > 0)"
        .formatted(columns.names(), COUNT, APPLIED, COUNT);
  }

  @Override
  public RowConflicts conflicts(RowPage page) {
    if (!conflict) {
      return new RowConflicts(0, 0, List.of());
    }
    long count = ComparedRows.number(session, "SELECT count(*) FROM " + SHARED);
    String sql =
        "SELECT %s FROM (SELECT %s AS r FROM %s ORDER BY ALL LIMIT %d OFFSET %d) ORDER BY ALL"
            .formatted(columns.rowJson("r"), columns.struct(), SHARED, page.limit(), page.offset());
    return new RowConflicts(
        count,
        count,
        session.query(sql, BagRows::conflicts),
        Optional.of(
            new BagChanges(
                occurrences(OURS, ""),
                occurrences(OURS, "-"),
                occurrences(THEIRS, ""),
                occurrences(THEIRS, "-"))));
  }

  /** How many rows a side added, or removed if the sign is a minus. */
  private long occurrences(String side, String sign) {
    return ComparedRows.number(
        session, "SELECT coalesce(sum(greatest(%s%s, 0)), 0) FROM %s".formatted(sign, COUNT, side));
  }

  @Override
  public String conflictRows() {
    return """
        SELECT NULL::VARCHAR AS cell, 'removed-on-both-sides' AS kind, %s AS base,
               NULL::VARCHAR AS take, NULL::VARCHAR AS value
        FROM %s"""
        .formatted(columns.struct(), SHARED);
  }

  private static List<RowConflict> conflicts(ResultSet rows) throws SQLException {
    List<RowConflict> found = new ArrayList<>();
    while (rows.next()) {
      found.add(
          new RowConflict(
              Kind.REMOVED_ON_BOTH_SIDES,
              Optional.empty(),
              Optional.empty(),
              Optional.of(rows.getString(1)),
              Optional.empty(),
              Optional.empty()));
    }
    return found;
  }
}
