package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.Optional;

/**
 * Why the two sides cannot stand together at a key.
 *
 * @param key where the base has the content, or else where it was added
 * @param conflict what each side did, and what can be done
 */
public record KeyConflict(
    Key key,
    Optional<Content> base,
    Optional<Content> ours,
    Optional<Content> theirs,
    MergedContent.Conflict conflict) {}
