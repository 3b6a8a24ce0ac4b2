package dev.varve.engine.merge;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.merge.MergeOutcome;
import dev.varve.catalog.merge.MergeSides;
import java.util.List;
import java.util.Optional;

/**
 * What a merge, cherry-pick or revert did, or would do.
 *
 * @param outcome with {@link MergeOutcome#CONFLICT} and {@link MergeOutcome#UP_TO_DATE} nothing was
 *     written
 * @param sides the commits that were merged: bases, ours and theirs
 * @param head where the branch stands now: the commit that was made, or the one that it was moved
 *     to; empty if nothing was written, as by a dry run
 * @param tables what happens to each table of the branch, in the order of their names; of a merge
 *     in conflict, those tables that do not conflict
 * @param conflicts in the order of their subjects
 */
public record MergeReport(
    MergeOutcome outcome,
    MergeSides sides,
    Optional<Commit> head,
    List<TableMergeReport> tables,
    List<MergeConflict> conflicts) {
  public MergeReport {
    tables = List.copyOf(tables);
    conflicts = List.copyOf(conflicts);
  }
}
