package dev.varve.engine.prepared;

import dev.varve.catalog.history.Commit;

/** What came of publishing. */
public sealed interface Publication {
  /** What was asked for. */
  Intent intent();

  /** The branch stands at the prepared commit now, and the prepared merge is gone. */
  record Published(Intent intent, Commit commit) implements Publication {}

  /**
   * The branch has all of it by now: it did not move, and the prepared merge is gone.
   *
   * @param commit where the branch stands
   */
  record UpToDate(Intent intent, Commit commit) implements Publication {}

  /** The branch had moved; nothing was published. What waits now was made on where it stands. */
  record PreparedAgain(Intent intent, Preparation preparation) implements Publication {}
}
