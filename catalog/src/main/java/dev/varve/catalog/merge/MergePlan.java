package dev.varve.catalog.merge;

import java.util.List;

/**
 * What a merge, cherry-pick or revert would do, and nothing written. The real one is decided by the
 * same computation.
 *
 * @param keys what changes on our side, in the order of the keys; empty unless the outcome is
 *     {@link MergeOutcome#MERGE} or {@link MergeOutcome#CONFLICT}, where it is what does not
 *     conflict. What a fast-forward changes is the difference between ours and theirs, and is not
 *     computed
 * @param conflicts in the order of the keys; empty unless the outcome is {@link
 *     MergeOutcome#CONFLICT}
 */
public record MergePlan(
    MergeOutcome outcome, MergeSides sides, List<MergedKey> keys, List<KeyConflict> conflicts) {
  public MergePlan {
    keys = List.copyOf(keys);
    conflicts = List.copyOf(conflicts);
  }
}
