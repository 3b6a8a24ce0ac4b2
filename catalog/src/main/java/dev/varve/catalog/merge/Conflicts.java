package dev.varve.catalog.merge;

import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.Key;
import java.util.Map;
import java.util.Optional;

/** The conflicts of keys, which the catalog finds itself. */
final class Conflicts {
  private Conflicts() {}

  static KeyConflict renamedDifferently(Key from, Content base, Located ours, Located theirs) {
    return new KeyConflict(
        from,
        Optional.of(base),
        Optional.of(ours.content()),
        Optional.of(theirs.content()),
        new MergedContent.Conflict(
            "renamed-differently",
            "our side renamed '%s' to '%s', theirs to '%s'"
                .formatted(from, ours.key(), theirs.key()),
            "give it the same name on both sides, then merge again",
            Map.of("ours", ours.key().toString(), "theirs", theirs.key().toString())));
  }

  /** One content came to both sides, as by a cherry-pick, and stands at two keys now. */
  static KeyConflict addedApart(Located ours, Located theirs) {
    return new KeyConflict(
        ours.key(),
        Optional.empty(),
        Optional.of(ours.content()),
        Optional.of(theirs.content()),
        new MergedContent.Conflict(
            "renamed-differently",
            "both sides added the same %s: ours as '%s', theirs as '%s'"
                .formatted(ours.content().type(), ours.key(), theirs.key()),
            "give it the same name on both sides, then merge again",
            Map.of("ours", ours.key().toString(), "theirs", theirs.key().toString())));
  }

  /**
   * @param ours where our side has it; exactly one side has it
   * @param theirs where their side has it
   */
  static KeyConflict renamedAndRemoved(
      Key from, Content base, Optional<Located> ours, Optional<Located> theirs) {
    Located renamed = ours.or(() -> theirs).orElseThrow();
    String message =
        ours.isPresent()
            ? "our side renamed '%s' to '%s', theirs removed it"
            : "our side removed '%s', theirs renamed it to '%2$s'";
    return new KeyConflict(
        from,
        Optional.of(base),
        ours.map(Located::content),
        theirs.map(Located::content),
        new MergedContent.Conflict(
            "renamed-and-removed",
            message.formatted(from, renamed.key()),
            "remove it on both sides, or bring it back where it was removed, then merge again",
            Map.of("renamed", renamed.key().toString())));
  }

  static KeyConflict keyTaken(Key key, Content there, Content content) {
    return new KeyConflict(
        key,
        Optional.empty(),
        Optional.of(there),
        Optional.of(content),
        new MergedContent.Conflict(
            "key-taken",
            "both sides have another %s at '%s'".formatted(content.type(), key),
            "rename one of the two, then merge again",
            Map.of("ours", there.id().toString(), "theirs", content.id().toString())));
  }

  static KeyConflict namespaceInUse(MergedKey namespace) {
    return new KeyConflict(
        namespace.key(),
        namespace.before(),
        namespace.before(),
        Optional.empty(),
        new MergedContent.Conflict(
            "namespace-in-use",
            "their side removed the namespace '%s', ours has something in it"
                .formatted(namespace.key()),
            "empty it on our side, or keep it on theirs, then merge again",
            Map.of()));
  }

  static KeyConflict namespaceGone(MergedKey added, Key namespace) {
    return new KeyConflict(
        added.key(),
        Optional.empty(),
        Optional.empty(),
        added.after(),
        new MergedContent.Conflict(
            "namespace-gone",
            "their side put '%s' into the namespace '%s', ours removed the namespace"
                .formatted(added.key(), namespace),
            "create the namespace on our side again, then merge again",
            Map.of("namespace", namespace.toString())));
  }

  static KeyConflict basesDisagree(
      Optional<Located> base, Optional<Located> ours, Optional<Located> theirs) {
    Key key = base.or(() -> ours).or(() -> theirs).orElseThrow().key();
    return new KeyConflict(
        key,
        base.map(Located::content),
        ours.map(Located::content),
        theirs.map(Located::content),
        new MergedContent.Conflict(
            "bases-disagree",
            "the sides have several merge bases, which changed '%s' in ways that cannot be merged, and now differ at it"
                .formatted(key),
            "make it equal on both sides, then merge again",
            Map.of()));
  }
}
