package dev.varve.engine.prepared;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.ref.RefName;
import dev.varve.engine.merge.rows.Side;
import dev.varve.engine.prepared.Resolution.Take;
import dev.varve.engine.table.TableName;
import java.util.List;
import java.util.Optional;

/**
 * A merge, cherry-pick, revert or rebase that waits to be published.
 *
 * @param name the branch that it is on, such as {@code merge/1}: a revision for every reader
 * @param intent what was asked for
 * @param commit where that branch stands: what will be published, exactly
 * @param conflicts what is in the way, in the order of the tables; empty unless it is in conflict
 * @param state how far it is
 */
public record PreparedMerge(
    RefName name, Intent intent, Commit commit, List<KeptConflict> conflicts, State state) {
  public PreparedMerge {
    conflicts = List.copyOf(conflicts);
  }

  /** How far it is. */
  public enum State {
    /** It can be published; the branch stands where it was prepared. */
    READY,
    /**
     * The branch has moved since; publishing prepares it again first. A rebase is not: it is to be
     * abandoned, and asked for again.
     */
    BEHIND,
    /** A rebase that was interrupted: not all commits are done. Finishing goes on with them. */
    UNFINISHED,
    /** There are conflicts to be resolved; the branch of the merge holds them as tables. */
    CONFLICTED
  }

  /**
   * What comes of saying something of a table's conflicts, where that is not plain: a side of one
   * without a row key is taken as a whole.
   */
  public Optional<String> consequence(TableName table, Take take) {
    Side side =
        switch (take) {
          case OURS -> Side.OURS;
          case THEIRS -> Side.THEIRS;
          case BASE, VALUE, NONE -> Side.FAIL;
        };
    return conflicts.stream()
        .filter(conflict -> conflict.subject().equals(table.toString()))
        .flatMap(conflict -> conflict.taken(intent.verb(), side).stream())
        .findFirst();
  }
}
