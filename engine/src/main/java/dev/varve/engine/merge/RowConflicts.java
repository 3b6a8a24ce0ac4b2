package dev.varve.engine.merge;

import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Tells a person why the files of a table do not combine, and what can be done. */
final class RowConflicts {
  private RowConflicts() {}

  /**
   * @param ours how many commits of ours changed the table, if that is known
   * @param theirs how many of theirs
   */
  static MergeConflict describe(
      String table, NeedsRows needed, Optional<Integer> ours, Optional<Integer> theirs) {
    String ourChange = describe(needed.ours(), ours);
    String theirChange = describe(needed.theirs(), theirs);
    Map<String, String> details = new TreeMap<>(needed.details());
    details.put("ours", ourChange);
    details.put("theirs", theirChange);
    return new MergeConflict(
        table,
        code(needed),
        "both sides changed '%s'%s: ours %s; theirs %s"
            .formatted(table, why(needed), ourChange, theirChange),
        hint(needed),
        new TreeMap<>(details));
  }

  private static String describe(SideChange change, Optional<Integer> commits) {
    String made =
        commits.map(count -> " in " + count + (count == 1 ? " commit" : " commits")).orElse("");
    return change.describe() + made;
  }

  private static String code(NeedsRows needed) {
    return switch (needed.why()) {
      case SAME_FILES -> "same-files-changed";
      case DELETES_REACH_FURTHER -> "deletes-reach-further";
      case SAME_KEYS -> "same-keys-added";
      case ROWS_MAY_NOT_FIT -> "rows-may-not-fit";
    };
  }

  private static String why(NeedsRows needed) {
    Map<String, String> details = needed.details();
    return switch (needed.why()) {
      case SAME_FILES -> ", and both rewrote %s of its data files".formatted(details.get("files"));
      case DELETES_REACH_FURTHER ->
          ", and delete files of one side would also take rows that the other added";
      case SAME_KEYS ->
          ", and %s row keys are new on both, such as %s"
              .formatted(details.get("keys"), details.get("sample"));
      case ROWS_MAY_NOT_FIT -> ", and " + details.get("reason");
    };
  }

  private static String hint(NeedsRows needed) {
    return switch (needed.why()) {
      case SAME_FILES ->
          "nothing was changed; see both sides with 'varve diff --rows', revert the change on one of"
              + " them, then merge and make it again";
      case DELETES_REACH_FURTHER ->
          "nothing was changed; compact the table on the side with the delete files, then merge"
              + " again";
      case SAME_KEYS -> "nothing was changed; delete these rows on one side, then merge again";
      case ROWS_MAY_NOT_FIT ->
          "nothing was changed; make the schema or key alike on both sides, then merge again";
    };
  }
}
