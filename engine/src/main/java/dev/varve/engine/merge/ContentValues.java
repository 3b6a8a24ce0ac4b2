package dev.varve.engine.merge;

import dev.varve.catalog.merge.KeyConflict;
import dev.varve.catalog.tree.Content;
import java.util.Optional;

/** Tells the contents of two sides from any others, for the ids of conflicts about them. */
final class ContentValues {
  private ContentValues() {}

  static String of(Optional<Content> ours, Optional<Content> theirs) {
    return of(ours) + " " + of(theirs);
  }

  /** Of two names for one content the content does not matter, nor does it for a namespace. */
  static String of(KeyConflict conflict) {
    return switch (conflict.conflict().code()) {
      case "renamed-differently", "namespace-in-use", "namespace-gone" -> "";
      default -> of(conflict.ours(), conflict.theirs());
    };
  }

  private static String of(Optional<Content> content) {
    return content.map(it -> it.id() + "=" + it.value()).orElse("-");
  }
}
