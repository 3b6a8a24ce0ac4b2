package dev.varve.catalog.merge;

import dev.varve.catalog.history.Author;
import dev.varve.catalog.history.Commit;
import dev.varve.catalog.history.CommitGraph;
import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.object.ObjectReader;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.tree.Nodes;

/** The repository as a merge sees it. */
public interface MergeTarget {
  CommitGraph graph();

  Commit commit(ObjectId id);

  ObjectReader objects();

  /** Reads the nodes of {@link #objects}. */
  Nodes nodes();

  /** Where a branch stands. */
  ObjectId head(RefName branch);

  /**
   * Makes a merge's commit, if the branch still stands where the merge was computed.
   *
   * @throws dev.varve.catalog.error.VarveException with a code of the category {@code CONFLICT} if
   *     the branch or a counter has moved; nothing was written
   */
  Commit write(MergeCommit merge);

  /**
   * Moves a branch forward.
   *
   * @throws dev.varve.catalog.error.VarveException with {@code REF_MOVED} if it does not stand at
   *     {@code expected}
   */
  void fastForward(RefName branch, ObjectId expected, ObjectId to, Author who);
}
