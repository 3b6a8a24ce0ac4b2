package dev.varve.catalog;

import dev.varve.catalog.object.ObjectId;
import dev.varve.catalog.ref.RefKind;
import dev.varve.catalog.ref.RefName;
import dev.varve.catalog.ref.ReflogEntry;
import dev.varve.catalog.tree.ContentId;

/**
 * Takes all that a repository is made of: objects in any order, then its refs, reflogs and
 * counters. What can be computed from these, such as the index of commit ids, is not among them.
 */
public interface RepositoryParts {
  /** The canonical bytes of an object; its id is their hash. */
  void object(byte[] canonicalBytes);

  /** A branch or tag and where it stands. */
  void ref(RefKind kind, RefName name, ObjectId commit);

  /** A reflog entry; those of a ref come from the oldest to the newest. */
  void reflogEntry(RefName name, ReflogEntry entry);

  /** A high-water mark. */
  void counter(ContentId id, String name, long value);
}
