package dev.varve.engine.prepared;

import dev.varve.catalog.object.ObjectId;
import java.util.List;
import java.util.Optional;

/**
 * Where it is told what was said of conflicts.
 *
 * @param commit holds the tables of the conflicts
 * @param ours where the branch stood that had these conflicts
 * @param conflicts as they were kept
 */
record Said(ObjectId commit, Optional<ObjectId> ours, List<KeptConflict> conflicts) {}
