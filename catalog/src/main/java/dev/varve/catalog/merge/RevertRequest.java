package dev.varve.catalog.merge;

import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks to undo what one commit did, and to keep what came later.
 *
 * @param mainline for a merge, the number of the parent (from 1) that it is taken back to
 * @param expectedHead where the branch must stand, or empty if it may have moved
 */
public record RevertRequest(
    RefName on,
    ObjectId commit,
    OptionalInt mainline,
    CommitDetails details,
    Optional<ObjectId> expectedHead) {}
