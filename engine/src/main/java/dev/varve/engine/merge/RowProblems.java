package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.merge.StateMergeResult.NeedsRows;
import dev.varve.engine.merge.rows.RowConflicts;
import dev.varve.engine.merge.rows.RowMergeResult.UnclearKeys;
import dev.varve.engine.merge.rows.RowPlan;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tells a person why the files or rows of a table do not combine, and what can be done. */
final class RowProblems {
  /** The code of a table whose rows another engine is to merge. */
  static final String ROWS_ELSEWHERE = "rows-elsewhere";

  /** The code of a table on whose rows the sides disagree. */
  static final String ROWS_CONFLICT = "rows-conflict";

  private RowProblems() {}

  /**
   * Says that rows of one side do not fit what the other asks of them, and what each side did.
   *
   * @param ours how many commits of ours changed the table, if that is known
   * @param theirs how many of theirs
   */
  static MergeConflict unfit(
      MergeVerb verb,
      String table,
      NeedsRows needed,
      Optional<Integer> ours,
      Optional<Integer> theirs) {
    String reason = needed.details().get("reason");
    String ourChange = describe(needed.ours(), ours);
    String theirChange = describe(needed.theirs(), theirs);
    return new MergeConflict(
        table,
        "rows-may-not-fit",
        changes(verb).formatted(table, ", and " + reason, ourChange, theirChange),
        "nothing was changed; " + unfitHint(verb).formatted(table, verb.text()),
        new TreeMap<>(Map.of("reason", reason, "ours", ourChange, "theirs", theirChange)));
  }

  private static String unfitHint(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> "change these rows, or undo the change of the schema or key, then merge again";
      case CHERRY_PICK ->
          "make the schema or key of '%s' on the branch that of the commit, then %s again";
      case REVERT -> "revert the later change of the schema or key of '%s' first, then %s again";
    };
  }

  /** Says on which rows the sides disagree. What they did is in the details. */
  static MergeConflict disagree(MergeVerb verb, String table, NeedsRows needed, RowConflicts rows) {
    SortedMap<String, String> details =
        new TreeMap<>(
            Map.of(
                "conflicts",
                Long.toString(rows.count()),
                "rows",
                Long.toString(rows.rows()),
                "ours",
                needed.ours().describe(),
                "theirs",
                needed.theirs().describe()));
    if (rows.bag().isPresent()) {
      return WholeRows.disagree(verb, table, rows, details);
    }
    String where =
        rows.count() == rows.rows()
            ? Counted.of(rows.rows(), "row")
            : Counted.of(rows.count(), "cell") + " in " + Counted.of(rows.rows(), "row");
    return new MergeConflict(
        table,
        ROWS_CONFLICT,
        rowChanges(verb).formatted(table, where),
        "nothing was changed; " + rowHint(verb).formatted(table),
        details,
        Optional.of(rows),
        Optional.empty());
  }

  /** Says that the rows are left to another engine. */
  static MergeConflict elsewhere(MergeVerb verb, String table, NeedsRows needed, RowPlan plan) {
    String files = Counted.of(plan.fileCount(), "file");
    return new MergeConflict(
        table,
        ROWS_ELSEWHERE,
        changes(verb)
            .formatted(
                table,
                String.format(
                    Locale.ROOT,
                    ", and the rows of %s with %,d bytes are to be compared elsewhere",
                    files,
                    plan.bytes()),
                needed.ours().describe(),
                needed.theirs().describe()),
        elsewhereHint(verb),
        new TreeMap<>(
            Map.of(
                "files", Long.toString(plan.fileCount()), "bytes", Long.toString(plan.bytes()))));
  }

  private static String elsewhereHint(MergeVerb verb) {
    String hint =
        "nothing was changed; %s again with --on spark, or with --on server if there is room for it"
            .formatted(verb.text());
    return verb == MergeVerb.CHERRY_PICK
        ? hint + "; a rebase with --prepare, to finish what was prepared with --on server"
        : hint;
  }

  private static String rowHint(MergeVerb verb) {
    return switch (verb) {
      case MERGE ->
          "choose a side with --strategy ours or --strategy theirs, for a column with --strategy"
              + " %1$s.COLUMN=theirs or a --rule, or say who wins row by row with --prepare";
      case CHERRY_PICK ->
          "say who wins with --strategy or --rule, or row by row with --prepare: 'ours' is the"
              + " branch, 'theirs' the picked commit; or make the change to '%s' by hand";
      case REVERT ->
          "say who wins with --strategy or --rule, or row by row with --prepare: 'ours' is the"
              + " branch as it is, 'theirs' the table without the commit; or make the change to '%s'"
              + " by hand";
    };
  }

  private static String rowChanges(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> "both sides changed '%s', and %s of it differently";
      case CHERRY_PICK ->
          "the branch and the picked commit both changed '%s', and %s of it differently";
      case REVERT ->
          "'%s' was changed again after the commit, and %s of it where the commit changed it";
    };
  }

  /** Says that rows cannot be told apart. */
  static MergeConflict unclear(MergeVerb verb, String table, UnclearKeys keys) {
    String state =
        switch (keys.state()) {
          case "ours" -> verb.inOurs();
          case "theirs" -> verb.inTheirs();
          default -> "in base";
        };
    return new MergeConflict(
        table,
        "row-keys-unclear",
        "the row key of '%s' does not tell rows apart %s: %s on more than one row or missing, such as %s"
            .formatted(
                table, state, Counted.of(keys.count(), "key"), String.join(", ", keys.sample())),
        "nothing was changed; leave one row of each key, then %s again".formatted(verb.text()),
        new TreeMap<>(
            Map.of(
                "state", keys.state(),
                "keys", Long.toString(keys.count()),
                "sample", String.join("; ", keys.sample()))));
  }

  private static String changes(MergeVerb verb) {
    return switch (verb) {
      case MERGE -> "both sides changed '%s'%s: ours %s; theirs %s";
      case CHERRY_PICK ->
          "the branch and the picked commit both changed '%s'%s: the branch %s; the commit %s";
      case REVERT ->
          "'%s' was changed again after the commit%s: since then the branch %s; undoing the commit"
              + " would have %s";
    };
  }

  private static String describe(SideChange change, Optional<Integer> commits) {
    String made =
        commits.map(count -> " in " + count + (count == 1 ? " commit" : " commits")).orElse("");
    return change.describe() + made;
  }
}
