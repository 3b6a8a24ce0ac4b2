package dev.varve.catalog;

import dev.varve.catalog.history.Commit;
import dev.varve.catalog.object.ObjectId;

/**
 * A commit that is durable and on its branch.
 *
 * @param previousHead where the branch stood before
 */
public record CommitResult(Commit commit, ObjectId previousHead) {}
