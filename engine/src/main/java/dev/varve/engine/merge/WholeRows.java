package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import dev.varve.engine.merge.rows.BagChanges;
import dev.varve.engine.merge.rows.RowConflicts;
import dev.varve.engine.merge.rows.Side;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Says of a conflict between rows without a key what it means to settle it: the rows of one side
 * are taken as a whole, so that the other side's change of them is discarded.
 */
public final class WholeRows {
  /** The detail of such a conflict; its value is {@value #WHOLE}. */
  private static final String TAKEN = "taken";

  private static final String WHOLE = "whole";

  private WholeRows() {}

  /** Says on which rows the sides disagree. */
  static MergeConflict disagree(
      MergeVerb verb, String table, RowConflicts rows, SortedMap<String, String> seen) {
    BagChanges changes = rows.bag().orElseThrow();
    String ours = change(changes.oursAdded(), changes.oursRemoved());
    String theirs = change(changes.theirsAdded(), changes.theirsRemoved());
    SortedMap<String, String> details = new TreeMap<>(seen);
    details.put(TAKEN, WHOLE);
    details.put("ours-rows", ours);
    details.put("theirs-rows", theirs);
    return new MergeConflict(
        table,
        RowProblems.ROWS_CONFLICT,
        message(verb).formatted(Counted.of(rows.rows(), "row"), table, ours, theirs),
        "nothing was changed; " + hint(verb).formatted(table),
        details,
        Optional.of(rows),
        Optional.empty());
  }

  private static String change(long added, long removed) {
    return String.format(
        Locale.ROOT, "%,d row%s added and %,d removed", added, added == 1 ? "" : "s", removed);
  }

  private static String message(MergeVerb verb) {
    return switch (verb) {
      case MERGE ->
          "both sides removed %s of '%s' and rows were added; without a row key (in base, too) it"
              + " cannot be told what became of it: ours has %s; theirs %s; so a side's rows are"
              + " taken as a whole: 'theirs' discards all that ours did, and 'ours' all that theirs"
              + " did";
      case CHERRY_PICK ->
          "the branch and the picked commit both removed %s of '%s' and rows were added; without a"
              + " row key (in the commit's parent, too) it cannot be told what became of it: the"
              + " branch has %s; the commit %s; so rows are taken as a whole: 'theirs' is the picked"
              + " commit and discards all that the branch did, and 'ours' is the branch as it is";
      case REVERT ->
          "undoing the commit would remove %s of '%s' that the branch removed since, and rows were"
              + " added; without a row key (at the commit and before it, too) it cannot be told what"
              + " became of it: since then the branch has %s; undoing would have %s; so rows are"
              + " taken as a whole: 'theirs' is the table before the commit and discards all that"
              + " was done to it since, and 'ours' is the branch as it is";
    };
  }

  private static String hint(MergeVerb verb) {
    return switch (verb) {
      case MERGE ->
          "take a side with --strategy %1$s=ours or --strategy %1$s=theirs, then make again what that"
              + " discards; a table that has a row key before branches part, by 'varve ingest --key'"
              + " or 'varve table set-key', is merged row by row";
      case CHERRY_PICK ->
          "make the change to '%1$s' by hand; a table that has a row key before the commit, by 'varve"
              + " ingest --key' or 'varve table set-key', is compared row by row";
      case REVERT ->
          "remove the commit's rows with 'varve delete %1$s --where CONDITION', or go back to the"
              + " state before it with --strategy %1$s=theirs; a table that has a row key before the"
              + " commit, by 'varve ingest --key' or 'varve table set-key', is compared row by row";
    };
  }

  /** The message if another engine found such conflicts, which tells their number alone. */
  public static String found(String table, long rows) {
    return "both sides removed %s of '%s' and rows were added; without a row key (in base, too) it cannot be told what became of it; so a side's rows are taken as a whole, and all that the other side did is discarded"
        .formatted(Counted.of(rows, "row"), table);
  }

  /** The details that go with {@link #found}. */
  public static SortedMap<String, String> foundDetails() {
    return new TreeMap<>(Map.of(TAKEN, WHOLE));
  }

  /**
   * What comes of it if a side is taken in all conflicts of a table; empty if they are others, or
   * no side is.
   *
   * @param details those of the conflict
   */
  public static Optional<String> taken(
      MergeVerb verb, String table, SortedMap<String, String> details, Side side) {
    if (!WHOLE.equals(details.get(TAKEN)) || side == Side.FAIL) {
      return Optional.empty();
    }
    boolean ours = side == Side.OURS;
    String lost = details.get(ours ? "theirs-rows" : "ours-rows");
    return Optional.of(
        "the rows of '%s' have no key and are taken as a whole: they will be as they are %s, and the change of %s is discarded%s"
            .formatted(
                table,
                ours ? verb.inOurs() : verb.inTheirs(),
                ours ? verb.theirs() : verb.ours(),
                lost == null ? "" : " (" + lost + ")"));
  }
}
