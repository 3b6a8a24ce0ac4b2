package dev.varve.catalog.merge;

import dev.varve.catalog.history.CommitDetails;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefName;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Asks to do on a branch what one commit did elsewhere.
 *
 * @param mainline for a merge, the number of the parent (from 1) that its change is seen from
 * @param expectedHead where the branch must stand, or empty if it may have moved
 */
public record CherryPickRequest(
    RefName onto,
    ObjectId commit,
    OptionalInt mainline,
    CommitDetails details,
    Optional<ObjectId> expectedHead) {}
