package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Why the two sides cannot stand together at a key.
 *
 * @param key where the base has the content, or else where it was added
 * @param conflict what each side did, and what can be done
 * @param answers in which ways it can be answered; none if the {@link ContentMerger} found it
 */
public record KeyConflict(
    Key key,
    Optional<Content> base,
    Optional<Content> ours,
    Optional<Content> theirs,
    MergedContent.Conflict conflict,
    Set<KeyAnswer.Kind> answers) {
  public KeyConflict {
    Set<KeyAnswer.Kind> copy = EnumSet.noneOf(KeyAnswer.Kind.class);
    copy.addAll(answers);
    answers = Collections.unmodifiableSet(copy);
  }
}
