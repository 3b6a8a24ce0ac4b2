package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.catalog.tree.Content;
import dev.varve.catalog.tree.ContentType;
import java.util.Map;
import java.util.TreeMap;

/** Tells a person why a whole table or namespace cannot be both of what the sides made of it. */
final class TableConflicts {
  private static final String MERGE_HINT =
      "drop it on both branches, or bring it back where it was dropped with 'varve revert COMMIT',"
          + " then merge again";

  private TableConflicts() {}

  /**
   * @param oursDropped which side does not have it; the other one changed it
   */
  static MergeConflict droppedAndChanged(
      MergeVerb verb, String name, ContentType type, boolean oursDropped) {
    return new MergeConflict(
        name,
        "dropped-and-changed",
        (oursDropped ? notInOurs(verb) : notInTheirs(verb)).formatted(name, type),
        (oursDropped ? hintForOurs(verb) : hintForTheirs(verb)).formatted(name),
        new TreeMap<>(
            Map.of(
                "dropped-by", oursDropped ? "ours" : "theirs",
                "changed-by", oursDropped ? "theirs" : "ours")));
  }

  private static String notInOurs(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> "'%s' is dropped in ours and changed in theirs";
      case CHERRY_PICK -> "the picked commit changes '%s', and the branch has no such %s";
      case REVERT -> "'%s' was changed by the commit and dropped later";
    };
  }

  private static String hintForOurs(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> MERGE_HINT;
      case CHERRY_PICK ->
          "cherry-pick the commit that created it first, and all that changed it since; list them"
              + " with 'varve log REVISION --table %s'";
      case REVERT -> "revert the later commit that dropped it first";
    };
  }

  private static String notInTheirs(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> "'%s' is dropped in theirs and changed in ours";
      case CHERRY_PICK -> "the picked commit drops '%s', which is another on the branch";
      case REVERT -> "'%s' was created by the commit and changed later";
    };
  }

  private static String hintForTheirs(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> MERGE_HINT;
      case CHERRY_PICK -> "drop '%s' on the branch by hand if it is not wanted there either";
      case REVERT -> "revert the later commits that changed it first, or drop '%s' by hand";
    };
  }

  /** Something whose value cannot be merged, such as a view. */
  static MergeConflict bothChanged(MergeVerb verb, String name) {
    String message =
        switch (verb) {
          case MERGE -> "both sides changed '%s'";
          case CHERRY_PICK -> "the picked commit changes '%s', which is another on the branch";
          case REVERT -> "'%s' was changed by the commit and changed again later";
        };
    String hint =
        switch (verb) {
          case MERGE -> "change it on one side only, or undo the change on one of them";
          case CHERRY_PICK -> "make the change on the branch by hand";
          case REVERT -> "revert the later commits that changed it first, or change '%s' by hand";
        };
    return new MergeConflict(
        name, "both-changed", message.formatted(name), hint.formatted(name), new TreeMap<>());
  }

  static MergeConflict createdByBoth(MergeVerb verb, String name, Content ours, Content theirs) {
    String message =
        switch (verb) {
          case MERGE -> "both sides created '%s', each another one";
          case CHERRY_PICK -> "the picked commit has another '%s' than the branch";
          case REVERT -> "'%s' was dropped by the commit, and another one was created later";
        };
    String hint =
        switch (verb) {
          case MERGE ->
              "strategies choose between rows of one table, not between two tables: choose one, or"
                  + " give theirs another name, with --prepare; or rename one of the two on its"
                  + " branch, then merge again";
          case CHERRY_PICK, REVERT ->
              "strategies choose between rows of one table, not between two tables: choose one, or"
                  + " give the new one another name, with --prepare; or rename the one on the branch,"
                  + " then %s again";
        };
    return new MergeConflict(
        name,
        "created-on-both-sides",
        message.formatted(name),
        hint.formatted(verb.text()),
        new TreeMap<>(Map.of("ours", ours.id().toString(), "theirs", theirs.id().toString())));
  }

  /** One table that both sides have and base does not. */
  static MergeConflict createdApart(MergeVerb verb, String name) {
    String message =
        switch (verb) {
          case MERGE ->
              "'%s' came to both branches after they parted, and its schema, layout or properties"
                  + " differ now";
          case CHERRY_PICK ->
              "the picked commit brings '%s', which the branch has already, with another schema,"
                  + " layout or properties";
          case REVERT ->
              "'%s' was dropped by the commit and came back later, with another schema, layout or"
                  + " properties";
        };
    String hint =
        switch (verb) {
          case MERGE -> "make these alike on both branches, then merge again";
          case CHERRY_PICK, REVERT -> "make these alike on the branch, then %s again";
        };
    return new MergeConflict(
        name,
        "changed-without-base",
        message.formatted(name),
        hint.formatted(verb.text()),
        new TreeMap<>());
  }

  /**
   * @param snapshot one of which no commit knows more than this id
   */
  static MergeConflict snapshotsRemoved(MergeVerb verb, String name, Winner side, long snapshot) {
    boolean isOurs = side == Winner.OURS;
    return new MergeConflict(
        name,
        "snapshots-removed",
        ("snapshot %d of '%s' was removed %s, and no commit has it: it cannot be told whether rows"
                + " that it added came to both sides")
            .formatted(snapshot, name, isOurs ? verb.inOurs() : verb.inTheirs()),
        "choose one side's table with --prepare, and add the rows that only the other one has",
        new TreeMap<>(
            Map.of("side", isOurs ? "ours" : "theirs", "snapshot", Long.toString(snapshot))));
  }
}
