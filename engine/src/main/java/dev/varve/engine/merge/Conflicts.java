package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the conflicts of one table while its parts are merged. Not safe for use by threads. */
final class Conflicts {
  private final String table;
  private final MergeVerb verb;
  private final List<MergeConflict> found = new ArrayList<>();

  Conflicts(String table, MergeVerb verb) {
    this.table = table;
    this.verb = verb;
  }

  /** What the sides are called. */
  MergeVerb verb() {
    return verb;
  }

  /** The table's name as messages show it. */
  String table() {
    return table;
  }

  /**
   * @param hint what can be done if this is a merge; a cherry-pick and a revert have one branch
   *     only that can be changed
   */
  void add(String code, String message, String hint, Map<String, String> details) {
    String next =
        switch (verb) {
          case MERGE -> hint;
          case CHERRY_PICK ->
              ("cherry-pick the commits that this one builds on first, or change '%s' on the branch"
                      + " by hand, then cherry-pick again")
                  .formatted(table);
          case REVERT ->
              "revert the later commits that changed this first, or change '%s' by hand"
                  .formatted(table);
        };
    found.add(new MergeConflict(table, code, message, next, new TreeMap<>(details)));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<MergeConflict> found() {
    return List.copyOf(found);
  }
}
