package dev.varve.catalog.merge;

import dev.varve.catalog.merge.KeyAnswer.Kind;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import dev.varve.catalog.tree.Key;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The conflicts of keys, which the catalog finds itself, in the words of what is being done. */
final class Conflicts {
  private static final Set<Kind> RENAMED = Set.of(Kind.OURS, Kind.THEIRS, Kind.KEY);
  private static final Set<Kind> EITHER = Set.of(Kind.OURS, Kind.THEIRS);

  /** Whether ours goes back to where theirs has it would have to be asked as well. */
  private static final Set<Kind> TAKEN = Set.of(Kind.OURS, Kind.KEY);

  /** A namespace goes with all that is in it only if somebody empties it. */
  private static final Set<Kind> KEPT = Set.of(Kind.OURS);

  private final MergeVerb verb;
  private final ContentMerger names;

  /**
   * @param names knows what contents are called
   */
  Conflicts(MergeVerb verb, ContentMerger names) {
    this.verb = verb;
    this.names = names;
  }

  private String name(Key key, Content content) {
    return names.name(key, content.type());
  }

  private String name(Located located) {
    return name(located.key(), located.content());
  }

  KeyConflict renamedDifferently(Key from, Content base, Located ours, Located theirs) {
    String message =
        switch (verb) {
          case MERGE -> "our side renamed '%1$s' to '%2$s', theirs to '%3$s'";
          case CHERRY_PICK ->
              "the picked commit renamed '%1$s' to '%3$s', and on the branch it is '%2$s'";
          case REVERT -> "the commit renamed '%3$s' to '%1$s', and later it was renamed to '%2$s'";
        };
    String hint =
        switch (verb) {
          case MERGE -> "give it the same name on both sides, then merge again";
          case CHERRY_PICK -> "rename it on the branch to '%1$s' or '%3$s', then cherry-pick again";
          case REVERT -> "revert the later rename first, or rename it by hand";
        };
    return new KeyConflict(
        from,
        Optional.of(base),
        Optional.of(ours.content()),
        Optional.of(theirs.content()),
        new MergedContent.Conflict(
            "renamed-differently",
            message.formatted(name(from, base), name(ours), name(theirs)),
            hint.formatted(name(from, base), name(ours), name(theirs)),
            Map.of("ours", name(ours), "theirs", name(theirs))),
        RENAMED);
  }

  /** One content came to both sides, as by a cherry-pick, and stands at two keys now. */
  KeyConflict addedApart(Located ours, Located theirs) {
    String message =
        switch (verb) {
          case MERGE -> "both sides added the same %1$s: ours as '%2$s', theirs as '%3$s'";
          case CHERRY_PICK ->
              "the picked commit added the %1$s '%3$s', which the branch has as '%2$s'";
          case REVERT -> "the commit removed the %1$s '%3$s', which the branch has as '%2$s' again";
        };
    String hint =
        switch (verb) {
          case MERGE -> "give it the same name on both sides, then merge again";
          case CHERRY_PICK, REVERT -> "rename '%2$s' on the branch to '%3$s', then %4$s again";
        };
    return new KeyConflict(
        ours.key(),
        Optional.empty(),
        Optional.of(ours.content()),
        Optional.of(theirs.content()),
        new MergedContent.Conflict(
            "renamed-differently",
            message.formatted(ours.content().type(), name(ours), name(theirs)),
            hint.formatted(ours.content().type(), name(ours), name(theirs), verb.text()),
            Map.of("ours", name(ours), "theirs", name(theirs))),
        RENAMED);
  }

  /** Our side renamed a content of the base that their side removed. */
  KeyConflict renamedAndRemoved(Key from, Content base, Located ours) {
    String message =
        switch (verb) {
          case MERGE -> "our side renamed '%s' to '%s', theirs removed it";
          case CHERRY_PICK -> "the picked commit removed '%s', which the branch has as '%s'";
          case REVERT -> "the commit created '%s', which was renamed to '%s' later";
        };
    String hint =
        switch (verb) {
          case MERGE -> "remove it on both sides, or bring it back on theirs, then merge again";
          case CHERRY_PICK -> "drop '%s' on the branch by hand if it is not wanted there either";
          case REVERT -> "revert the later rename first, or drop '%s' by hand";
        };
    return renamedAndRemoved(
        from,
        base,
        Optional.of(ours),
        Optional.empty(),
        message.formatted(name(from, base), name(ours)),
        hint.formatted(name(ours)));
  }

  /** Our side does not have a content of the base that their side renamed. */
  KeyConflict removedAndRenamed(Key from, Content base, Located theirs) {
    String message =
        switch (verb) {
          case MERGE -> "our side removed '%s', theirs renamed it to '%s'";
          case CHERRY_PICK ->
              "the picked commit renamed '%s' to '%s', and the branch has no such %s";
          case REVERT -> "the commit renamed '%2$s' to '%1$s', which was removed later";
        };
    String hint =
        switch (verb) {
          case MERGE -> "remove it on both sides, or bring it back on ours, then merge again";
          case CHERRY_PICK -> "cherry-pick the commit that created it first";
          case REVERT -> "revert the later commit that removed it first";
        };
    return renamedAndRemoved(
        from,
        base,
        Optional.empty(),
        Optional.of(theirs),
        message.formatted(name(from, base), name(theirs), base.type()),
        hint);
  }

  private KeyConflict renamedAndRemoved(
      Key from,
      Content base,
      Optional<Located> ours,
      Optional<Located> theirs,
      String message,
      String hint) {
    Located renamed = ours.or(() -> theirs).orElseThrow();
    return new KeyConflict(
        from,
        Optional.of(base),
        ours.map(Located::content),
        theirs.map(Located::content),
        new MergedContent.Conflict(
            "renamed-and-removed", message, hint, Map.of("renamed", name(renamed))),
        EITHER);
  }

  KeyConflict keyTaken(Key key, Content there, Content content) {
    String message =
        switch (verb) {
          case MERGE -> "both sides have another %s at '%s'";
          case CHERRY_PICK -> "the picked commit puts a %s at '%s', where the branch has another";
          case REVERT -> "undoing the commit brings a %s back to '%s', where there is another now";
        };
    String hint =
        switch (verb) {
          case MERGE -> "rename one of the two, then merge again";
          case CHERRY_PICK, REVERT -> "rename the one on the branch, then %s again";
        };
    return new KeyConflict(
        key,
        Optional.empty(),
        Optional.of(there),
        Optional.of(content),
        new MergedContent.Conflict(
            "key-taken",
            message.formatted(content.type(), name(key, content)),
            hint.formatted(verb.text()),
            Map.of("ours", there.id().toString(), "theirs", content.id().toString())),
        TAKEN);
  }

  KeyConflict namespaceInUse(MergedKey namespace) {
    String message =
        switch (verb) {
          case MERGE -> "their side removed the namespace '%s', ours has something in it";
          case CHERRY_PICK ->
              "the picked commit removed the namespace '%s', and the branch has something in it";
          case REVERT -> "the commit created the namespace '%s', which has something in it now";
        };
    String hint =
        switch (verb) {
          case MERGE -> "empty it on our side, or keep it on theirs, then merge again";
          case CHERRY_PICK -> "empty it on the branch, then cherry-pick again";
          case REVERT -> "revert the commits that filled it first, or empty it by hand";
        };
    return new KeyConflict(
        namespace.key(),
        namespace.before(),
        namespace.before(),
        Optional.empty(),
        new MergedContent.Conflict(
            "namespace-in-use",
            message.formatted(names.name(namespace.key(), ContentType.NAMESPACE)),
            hint,
            Map.of()),
        KEPT);
  }

  KeyConflict namespaceGone(MergedKey added, Key namespace) {
    String message =
        switch (verb) {
          case MERGE -> "their side put '%s' into the namespace '%s', ours removed the namespace";
          case CHERRY_PICK ->
              "the picked commit put '%s' into the namespace '%s', which the branch does not have";
          case REVERT ->
              "undoing the commit brings '%s' back into the namespace '%s', which is gone";
        };
    String hint =
        switch (verb) {
          case MERGE -> "create the namespace on our side again, then merge again";
          case CHERRY_PICK, REVERT -> "create the namespace on the branch, then %s again";
        };
    return new KeyConflict(
        added.key(),
        Optional.empty(),
        Optional.empty(),
        added.after(),
        new MergedContent.Conflict(
            "namespace-gone",
            message.formatted(
                name(added.key(), added.after().orElseThrow()),
                names.name(namespace, ContentType.NAMESPACE)),
            hint.formatted(verb.text()),
            Map.of("namespace", names.name(namespace, ContentType.NAMESPACE))),
        EITHER);
  }

  KeyConflict basesDisagree(
      Optional<Located> base, Optional<Located> ours, Optional<Located> theirs) {
    Located where = base.or(() -> ours).or(() -> theirs).orElseThrow();
    return new KeyConflict(
        where.key(),
        base.map(Located::content),
        ours.map(Located::content),
        theirs.map(Located::content),
        new MergedContent.Conflict(
            "bases-disagree",
            "the sides have several merge bases, which changed '%s' in ways that cannot be merged, and now differ at it"
                .formatted(name(where)),
            "make it equal on both sides, then merge again",
            Map.of()),
        EITHER);
  }
}
