package dev.varve.engine.merge.rows;

import dev.varve.catalog.error.VarveException;
import dev.varve.engine.diff.RowPage;
import dev.varve.engine.merge.rows.Passes.Pass;
import dev.varve.engine.sql.DuckSession;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Three-way comparison of rows that a key tells apart, cell by cell.
 *
 * <p>One join of the {@linkplain ChangedRows three states} says of each row that theirs changed
 * what {@linkplain RowDecision becomes of it}, and that alone is held, in the columns of the table.
 * Only where rows conflict is the join made again, for their keys, to tell what each side did.
 */
final class KeyedRows implements ComparedRows {
  private static final String OUTCOME = "__varve_outcome";
  private static final String CONFLICTING = "__varve_conflicting";

  private final DuckSession session;
  private final RowColumns columns;
  private final Relations relations;
  private final ChangedRows changed;
  private final RowDecision decision;
  private final FailedCells failed;
  private final Passes passes;
  private final Supplier<Optional<String>> theirsKept;
  private final Optional<RowMergeResult.UnclearKeys> unclear;
  private final Counts counts;
  private final Optional<KeyedConflicts> conflicts;

  /** How many of the changed rows there are, are in conflict, and come to ours. */
  private record Counts(long changed, long conflicting, long coming) {
    static final Counts NONE = new Counts(0, 0, 0);
  }

  /**
   * @param table what people call the table
   * @param theirsKept the relation of what theirs has in files that it did not change and ours did,
   *     if that may have keys of rows that theirs added; only asked for if both sides added a row
   */
  KeyedRows(
      DuckSession session,
      String table,
      RowDecision decision,
      Relations relations,
      ChangedRows changed,
      Supplier<Optional<String>> theirsKept) {
    this.session = session;
    this.columns = decision.columns();
    this.relations = relations;
    this.changed = changed;
    this.decision = decision;
    this.failed = new FailedCells(session, decision, table);
    this.passes = new Passes(session);
    this.theirsKept = theirsKept;
    this.unclear = compare();
    this.counts = unclear.isEmpty() ? counts() : Counts.NONE;
    this.conflicts =
        counts.conflicting() > 0
            ? Optional.of(conflicting(decision.resolutions()))
            : Optional.empty();
  }

  private Optional<RowMergeResult.UnclearKeys> compare() {
    UniqueKeys keys = new UniqueKeys(session, columns);
    Optional<RowMergeResult.UnclearKeys> found =
        keys.unclear(State.BASE, keysOf(relations.lostByTheirs(), ""))
            .or(() -> theirsUnclear(keys));
    if (found.isEmpty()) {
      decide();
      found = keys.unclear(State.OURS, keysOf(OUTCOME, "")).or(() -> addedAgain(keys));
    }
    return found;
  }

  private void decide() {
    try {
      passes.create(OUTCOME, pass -> decision.outcome(sides(pass::holds)));
    } catch (VarveException e) {
      throw failed.explain(e, sides(key -> "true"));
    }
  }

  private String sides(UnaryOperator<String> condition) {
    return decision.asksForStructs() ? changed.withStructs(condition) : changed.sql(condition);
  }

  /** The keys of aligned files are those of base. */
  private Optional<RowMergeResult.UnclearKeys> theirsUnclear(UniqueKeys keys) {
    return changed.areAllAligned()
        ? Optional.empty()
        : keys.unclear(State.THEIRS, keysOf(relations.theirsNew(), ""));
  }

  /** Rows that seem to be added on both sides, and of which theirs has another one since base. */
  private Optional<RowMergeResult.UnclearKeys> addedAgain(UniqueKeys keys) {
    String twice = keysOf(OUTCOME, " WHERE " + RowDecision.ADDED_TWICE);
    if (ComparedRows.number(session, "SELECT count(*) FROM (" + twice + ")") == 0) {
      return Optional.empty();
    }
    return theirsKept
        .get()
        .flatMap(
            kept ->
                keys.unclear(
                    State.THEIRS,
                    "%s UNION ALL (FROM (%s) SEMI JOIN (%s) USING (%s))"
                        .formatted(
                            twice, keysOf(kept, ""), twice, columns.keys(RowColumns::keyColumn))));
  }

  /** The keys in a relation that has the columns of the table. */
  private String keysOf(String relation, String condition) {
    return "SELECT %s FROM %s%s".formatted(columns.namedKeys(), relation, condition);
  }

  private Counts counts() {
    return session.query(
        "SELECT count(*), count(*) FILTER (%s), count(*) FILTER (%s) FROM %s"
            .formatted(RowDecision.CONFLICT, RowDecision.COMES, OUTCOME),
        row ->
            row.next() ? new Counts(row.getLong(1), row.getLong(2), row.getLong(3)) : Counts.NONE);
  }

  private KeyedConflicts conflicting(Resolutions resolutions) {
    passes.create(
        CONFLICTING,
        pass ->
            decision.conflicts(
                ChangedRows.joined(columns, relations)
                    .withStructs(keys -> inConflict(pass, keys))));
    return new KeyedConflicts(session, columns, resolutions, CONFLICTING);
  }

  private String inConflict(Pass pass, String keys) {
    return "%s AND (%s) IN (SELECT %s FROM (%s))"
        .formatted(
            pass.holds(keys),
            keys,
            columns.keys(RowColumns::keyColumn),
            keysOf(OUTCOME, " WHERE " + RowDecision.CONFLICT));
  }

  @Override
  public Optional<RowMergeResult.UnclearKeys> unclear() {
    return unclear;
  }

  @Override
  public long rowsChanged() {
    return counts.changed();
  }

  @Override
  public long rowsComing() {
    return counts.coming();
  }

  @Override
  public String gone() {
    return "SELECT %s AS file, %s AS pos FROM %s WHERE %s"
        .formatted(ChangedRows.FILE, ChangedRows.POSITION, OUTCOME, RowDecision.GOES);
  }

  @Override
  public String come() {
    return "SELECT %s FROM %s WHERE %s".formatted(columns.names(), OUTCOME, RowDecision.COMES);
  }

  @Override
  public RowConflicts conflicts(RowPage page) {
    return conflicts.map(found -> found.open(page)).orElse(new RowConflicts(0, 0, List.of()));
  }

  @Override
  public String conflictRows() {
    return conflicts.orElseThrow().all();
  }
}
