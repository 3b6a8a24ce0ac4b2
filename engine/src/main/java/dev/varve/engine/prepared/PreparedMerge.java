package dev.varve.engine.prepared;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.ref.RefName;

/**
 * A merge, cherry-pick or revert that waits to be published.
 *
 * @param name the branch that it is on, such as {@code merge/1}: a revision for every reader
 * @param intent what was asked for
 * @param commit where that branch stands: what will be published, exactly
 * @param state how far it is
 */
public record PreparedMerge(RefName name, Intent intent, Commit commit, State state) {
  /** How far it is. */
  public enum State {
    /** It can be published; the branch stands where it was prepared. */
    READY,
    /** The branch has moved since; publishing prepares it again first. */
    BEHIND
  }
}
