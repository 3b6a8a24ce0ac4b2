package dev.varve.catalog.merge;

import dev.varve.catalog.history.Commit;
import java.util.List;

/** What a merge, cherry-pick or revert has done. */
public sealed interface MergeResult {
  /** What was decided, and from which commits. */
  MergePlan plan();

  /** The branch had all of it; nothing was written. */
  record AlreadyUpToDate(MergePlan plan) implements MergeResult {}

  /** The branch moved to their commit. */
  record FastForwarded(MergePlan plan) implements MergeResult {}

  /** A commit was made, and the branch is at it. */
  record Merged(MergePlan plan, Commit commit) implements MergeResult {}

  /** Nothing was written. */
  record Conflicted(MergePlan plan) implements MergeResult {
    public List<KeyConflict> conflicts() {
      return plan.conflicts();
    }
  }
}
