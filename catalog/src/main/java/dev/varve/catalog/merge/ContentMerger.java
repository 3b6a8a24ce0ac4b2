package dev.varve.catalog.merge;

import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.util.Optional;

/** Merges the bytes of a content that both sides changed. Must be safe for use by many threads. */
@FunctionalInterface
public interface ContentMerger {
  /** Refuses: every content that both sides changed is a conflict. */
  ContentMerger CONFLICT = (key, base, ours, theirs) -> MergedContent.bothChanged(key);

  /**
   * Merges one content. At least two of the versions are there, and {@code ours} and {@code theirs}
   * differ from one another and from {@code base}. Without {@code base} both sides added something
   * at the key, which may have different content ids.
   *
   * <p>May be called more often than there are contents to merge: for a merge that is tried again
   * because the branch moved, and for the bases of a criss-cross history.
   *
   * @param key where the result will be; a version may come from another key if it was renamed
   * @param base empty if the content was not there
   * @param ours empty if our side removed it
   * @param theirs empty if their side removed it
   */
  MergedContent merge(
      Key key,
      Optional<ContentVersion> base,
      Optional<ContentVersion> ours,
      Optional<ContentVersion> theirs);

  /**
   * What somebody said of a conflict of keys, in one of the ways that it names; empty if nobody
   * did.
   */
  default Optional<KeyAnswer> answer(KeyConflict conflict) {
    return Optional.empty();
  }

  /** What people call the content at a key, for messages. */
  default String name(Key key, ContentType type) {
    return key.toString();
  }
}
