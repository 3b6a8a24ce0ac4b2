package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Collects the conflicts of one table while its parts are merged, and tells what was said of them.
 * Not safe for use by threads.
 */
final class Conflicts {
  private final String table;
  private final MergeVerb verb;
  private final Answers answers;
  private final Set<String> asked = new HashSet<>();
  private final List<MergeConflict> found = new ArrayList<>();

  /** Nothing was said of any. */
  Conflicts(String table, MergeVerb verb) {
    this(table, verb, new Answers());
  }

  Conflicts(String table, MergeVerb verb, Answers answers) {
    this.table = table;
    this.verb = verb;
    this.answers = answers;
  }

  /** What the sides are called. */
  MergeVerb verb() {
    return verb;
  }

  /** The table's name as messages show it. */
  String table() {
    return table;
  }

  /** Notes what only a change on a branch can settle. */
  void add(String code, String message, String hint, Map<String, String> details) {
    found.add(conflict(new Problem(code, message, hint, details)));
  }

  /**
   * What was said of a problem; if nothing was, it is noted as a conflict. An answer counts once: a
   * problem that comes up again in spite of it is a conflict.
   *
   * @param usable whether an answer makes sense; one that does not is as if nothing was said
   */
  Optional<Answer> ask(Problem problem, Options options, Predicate<Answer> usable) {
    MergeConflict conflict = conflict(problem);
    if (options.winners().isEmpty()) {
      found.add(conflict);
      return Optional.empty();
    }
    Choice choice = Choice.of(table, problem.code(), options, "");
    conflict = conflict.withChoice(choice);
    Optional<Answer> answer = answers.to(conflict).filter(usable);
    if (answer.isEmpty() || !asked.add(choice.id())) {
      found.add(conflict);
      return Optional.empty();
    }
    answers.settle(conflict);
    return answer;
  }

  /**
   * Notes that an answer cannot be followed, so that another is needed.
   *
   * @param problem what comes of it, with the column in question among its details
   * @param winner who can win after all, where the answer was about that column or what holds it
   */
  void askAgain(Problem problem, Winner winner) {
    MergeConflict again = conflict(problem);
    found.add(
        answers.settled().stream()
            .filter(it -> it.subject().equals(table))
            .filter(it -> isWithin(problem.details().get("column"), it.details().get("column")))
            .flatMap(it -> it.choice().stream())
            .filter(choice -> choice.winners().contains(winner))
            .findFirst()
            .map(choice -> again.withChoice(choice.only(winner)))
            .orElse(again));
  }

  /**
   * @param holder null if an answer was about no column
   */
  private static boolean isWithin(String column, String holder) {
    return holder != null && (column.equals(holder) || column.startsWith(holder + "."));
  }

  /**
   * One value of three. Where the sides differ it is that of who wins; ours, beside a conflict, if
   * nobody said.
   */
  <T> T decide(ThreeWay<T> values, Problem problem, Options options) {
    return ask(problem, options, answer -> true)
        .map(answer -> values.of(answer.winner()))
        .orElseGet(values::merged);
  }

  /** One thing of the table that is not the same on both sides. */
  Problem differs(String code, String what, ThreeWay<String> seen) {
    return new Problem(
        code,
        "%s of '%s' is '%s' %s and '%s' %s"
            .formatted(what, table, seen.ours(), verb.inOurs(), seen.theirs(), verb.inTheirs()),
        "make it alike on both branches, then merge again",
        Map.of("ours", seen.ours(), "theirs", seen.theirs()));
  }

  private MergeConflict conflict(Problem problem) {
    String next =
        switch (verb) {
          case MERGE -> problem.hint();
          case CHERRY_PICK ->
              ("cherry-pick the commits that this one builds on first, or change '%s' on the branch"
                      + " by hand, then cherry-pick again")
                  .formatted(table);
          case REVERT ->
              "revert the later commits that changed this first, or change '%s' by hand"
                  .formatted(table);
        };
    return new MergeConflict(
        table, problem.code(), problem.message(), next, new TreeMap<>(problem.details()));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<MergeConflict> found() {
    return List.copyOf(found);
  }
}
