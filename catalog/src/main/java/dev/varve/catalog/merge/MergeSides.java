package dev.varve.catalog.merge;

import dev.varve.catalog.object.ObjectId;
import java.util.List;

/**
 * The commits of a three-way merge.
 *
 * @param bases what the sides are compared to: one, or several in a criss-cross history, whose
 *     merge is then the base
 * @param ours the head of the branch that is merged into
 * @param theirs what is merged; for a revert the parent of the reverted commit
 */
public record MergeSides(List<ObjectId> bases, ObjectId ours, ObjectId theirs) {
  public MergeSides {
    bases = List.copyOf(bases);
  }
}
