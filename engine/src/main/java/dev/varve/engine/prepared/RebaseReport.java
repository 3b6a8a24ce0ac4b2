package dev.varve.engine.prepared;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;
import dev.varve.engine.merge.MergeReport;
import java.util.List;
import java.util.Optional;

/**
 * What a rebase did, or would do.
 *
 * @param before where the branch stood
 * @param onto where its commits went
 * @param head where the branch stands now; empty if it did not move
 * @param steps the branch's commits, the oldest first, as far as they were done again; the last one
 *     is in conflict if the outcome says so
 */
public record RebaseReport(
    Outcome outcome, ObjectId before, ObjectId onto, Optional<Commit> head, List<Step> steps) {
  public RebaseReport {
    steps = List.copyOf(steps);
  }

  /** The ways in which a rebase ends. */
  public enum Outcome {
    /** The branch is there already; nothing was written. */
    UP_TO_DATE,
    /** The branch had no commits of its own, and was moved. */
    FAST_FORWARDED,
    /** Its commits were done again, and the branch was moved to the last of them. */
    REBASED,
    /** A commit conflicts with what is there; nothing was changed. */
    CONFLICTED
  }

  /**
   * A commit done again.
   *
   * @param original the commit of the branch
   * @param made what it became; empty if all that it did is there already, or it conflicts
   * @param report what the cherry-pick did
   */
  public record Step(Commit original, Optional<Commit> made, MergeReport report) {}
}
