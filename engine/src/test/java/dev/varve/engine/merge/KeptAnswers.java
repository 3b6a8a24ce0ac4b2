package dev.varve.engine.merge;

import dev.varve.engine.merge.rows.KeptConflicts;
import dev.varve.engine.merge.rows.SeenRow;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.sql.Duck;
import dev.varve.engine.sql.DuckSession;
import dev.varve.engine.sql.SqlText;
import java.util.Locale;
import org.apache.iceberg.Schema;

/** Somebody who answers kept conflicts between rows, cell by cell. */
final class KeptAnswers {
  private KeptAnswers() {}

  /**
   * Says of all conflicts who wins.
   *
   * @param schema of the rows in conflict
   */
  static void give(Duck duck, KeptConflicts conflicts, RandomStrategies winners, Schema schema) {
    StringBuilder take = new StringBuilder("CASE WHEN cell IS NULL THEN ");
    take.append(text(winners.rows()));
    winners
        .winners()
        .forEach(
            (column, side) ->
                take.append(" WHEN cell = ")
                    .append(SqlText.literal(column))
                    .append(" THEN ")
                    .append(text(side)));
    try (DuckSession session = duck.trusted()) {
      session.execute(
          """
          COPY (SELECT "key", cell, %s END AS take, NULL::VARCHAR AS value,
                       %s AS ours, %s AS theirs
                FROM read_parquet(%s))
          TO %s (FORMAT parquet)"""
              .formatted(
                  take,
                  SeenRow.text("ours", schema.columns()),
                  SeenRow.text("theirs", schema.columns()),
                  SqlText.literal(conflicts.conflicts().toString()),
                  SqlText.literal(conflicts.said().toString())));
    }
  }

  private static String text(Side side) {
    return SqlText.literal(side.name().toLowerCase(Locale.ROOT));
  }
}
