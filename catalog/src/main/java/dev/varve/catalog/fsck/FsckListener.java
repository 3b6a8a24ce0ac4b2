package dev.varve.catalog.fsck;

import dev.varve.catalog.object.ObjectId;

/**
 * Is told what a check finds, as it finds it, on the thread of the check. What it throws ends it.
 */
public interface FsckListener {
  /** Something is wrong. */
  void finding(Finding finding);

  /** How far the check is; a few times a second. */
  default void progress(FsckSummary soFar) {}

  /** An object is in the store that nothing leads to. It harms nothing. */
  default void unreachable(ObjectId id, int bytes) {}

  /** An object was read and is whole; each is told of once, in no order to rely on. */
  default void object(ObjectId id, byte[] canonicalBytes) {}
}
