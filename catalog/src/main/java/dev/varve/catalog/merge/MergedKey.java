package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.Optional;

/**
 * A key of our side that a merge changes. A rename is two of them with one content id.
 *
 * @param before what our side has there
 * @param after what will be there; at least one of the two is present
 * @param origin where {@code after} comes from
 */
public record MergedKey(Key key, Optional<Content> before, Optional<Content> after, Origin origin) {

  /** Who decided what is at a key. */
  public enum Origin {
    /** Their side's content, as it is; or it is gone because their side removed or renamed it. */
    THEIRS,
    /** Our side's content, moved here because their side renamed it. */
    OURS,
    /** Both sides changed it, and the {@link ContentMerger} merged the changes. */
    MERGED
  }
}
