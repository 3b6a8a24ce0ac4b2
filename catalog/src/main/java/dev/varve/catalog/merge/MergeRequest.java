package dev.varve.catalog.merge;

import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.util.Optional;

/**
 * Asks to bring all of another commit's history into a branch.
 *
 * @param into the branch, our side
 * @param from the commit, their side
 * @param details of the merge commit, if one is made
 * @param expectedHead where the branch must stand, or empty if it may have moved
 */
public record MergeRequest(
    RefName into,
    ObjectId from,
    MergeMode mode,
    CommitDetails details,
    Optional<ObjectId> expectedHead) {}
