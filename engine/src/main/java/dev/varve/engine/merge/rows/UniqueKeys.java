package dev.varve.engine.merge.rows;

import static dev.varve.engine.merge.rows.RowColumns.keyColumn;

import dev.varve.engine.sql.DuckSession;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/**
 * Finds keys that do not tell one row from another.
 *
 * <p>Whole numbers that lie close together, as most keys do, are first put in a bitmap: if it has
 * as many bits as there are rows, all is well, for a sixth of what grouping the keys costs.
 */
record UniqueKeys(DuckSession session, RowColumns columns) {
  private static final int SAMPLE = 5;
  private static final long MOST_BITS = 1L << 28;
  private static final long BITS_PER_ROW = 64;

  /**
   * The keys that are on several rows, or are missing in one.
   *
   * @param keys a query for the keys of a state's rows, as temporary key columns
   */
  Optional<RowMergeResult.UnclearKeys> unclear(State state, String keys) {
    return isDenseSet(keys) ? Optional.empty() : grouped(state, keys);
  }

  private boolean isDenseSet(String keys) {
    if (columns.keySize() != 1 || !isWhole(columns.keyType(0))) {
      return false;
    }
    String bounds =
        "SELECT count(*), count(%1$s), min(%1$s), max(%1$s) FROM (%2$s)"
            .formatted(keyColumn(0), keys);
    return session
        .query(
            bounds,
            row ->
                row.next()
                    ? new Bounds(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4))
                    : Bounds.NONE)
        .areOfSet(session, keys);
  }

  private static boolean isWhole(Type type) {
    return type.typeId() == Type.TypeID.INTEGER || type.typeId() == Type.TypeID.LONG;
  }

  /** How many rows there are, how many have a key, and the least and the greatest of these. */
  private record Bounds(long rows, long keys, long least, long greatest) {
    static final Bounds NONE = new Bounds(0, 0, 0, 0);

    boolean areOfSet(DuckSession session, String query) {
      if (rows == 0) {
        return true;
      }
      long distance = greatest - least;
      boolean dense = distance >= 0 && distance < Math.min(MOST_BITS, rows * BITS_PER_ROW);
      return dense
          && rows == keys
          && rows
              == ComparedRows.number(
                  session,
                  "SELECT bit_count(bitstring_agg(%s::BIGINT, %d::BIGINT, %d::BIGINT)) FROM (%s)"
                      .formatted(keyColumn(0), least, greatest, query));
    }
  }

  private Optional<RowMergeResult.UnclearKeys> grouped(State state, String keys) {
    String isNull = columns.keys(at -> keyColumn(at) + " IS NULL", " OR ");
    String bad =
        "SELECT %1$s FROM (%2$s) GROUP BY %1$s HAVING count(*) > 1 OR %3$s"
            .formatted(columns.keys(RowColumns::keyColumn), keys, isNull);
    long count = ComparedRows.number(session, "SELECT count(*) FROM (" + bad + ")");
    if (count == 0) {
      return Optional.empty();
    }
    String sample =
        "SELECT %s FROM (%s) ORDER BY %s LIMIT %d"
            .formatted(columns.keyJson(), bad, columns.keys(RowColumns::keyColumn), SAMPLE);
    return Optional.of(
        new RowMergeResult.UnclearKeys(state.word(), count, ComparedRows.texts(session, sample)));
  }
}
