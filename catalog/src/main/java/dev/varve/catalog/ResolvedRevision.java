package dev.varve.catalog;

import dev.varve.catalog.history.Revision;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.Ref;
import java.util.Optional;

/**
 * The commit that a revision names.
 *
 * @param ref the branch or tag, where the revision is the bare name of one
 */
public record ResolvedRevision(Revision revision, ObjectId commitId, Optional<Ref> ref) {}
