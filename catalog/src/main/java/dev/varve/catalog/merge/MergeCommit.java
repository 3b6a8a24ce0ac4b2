package dev.varve.catalog.merge;

import dev.varve.catalog.change.CounterRaise;
import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.TreeEdit;
import java.util.List;
import java.util.SortedMap;

/**
 * A commit that a merge has decided on.
 *
 * @param expectedHead where the branch must stand; the edits are of this commit's tree
 * @param parents in order, the first is {@code expectedHead}
 * @param objects the value objects that the edits refer to and that are new, as canonical bytes
 * @param verb what the reflog calls it: merge, cherry-pick or revert
 */
public record MergeCommit(
    RefName branch,
    ObjectId expectedHead,
    List<ObjectId> parents,
    CommitDetails details,
    List<TreeEdit> edits,
    SortedMap<ObjectId, byte[]> objects,
    List<CounterRaise> counters,
    String verb) {}
