package dev.varve.engine.prepared;

import dev.varve.catalog.object.ObjectId;
import java.util.List;

/**
 * Where it is told what was said of conflicts.
 *
 * @param commit holds the tables of the conflicts
 * @param conflicts as they were kept
 */
record Said(ObjectId commit, List<KeptConflict> conflicts) {}
