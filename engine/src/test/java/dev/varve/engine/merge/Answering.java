package dev.varve.engine.merge;

import dev.varve.catalog.merge.MergeVerb;
import java.util.Optional;
import java.util.function.Function;

/** Somebody who answers each conflict alike, until there are none or one cannot be answered so. */
final class Answering {
  private static final int MAX_ROUNDS = 100;

  private Answering() {}

  /**
   * Merges again and again.
   *
   * @return empty if a conflict is left
   */
  static <T> Optional<T> merge(Answer answer, Function<Conflicts, T> merge) {
    Answers answers = new Answers();
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Conflicts conflicts = new Conflicts("t", MergeVerb.MERGE, answers);
      T merged = merge.apply(conflicts);
      if (conflicts.isEmpty()) {
        return Optional.of(merged);
      }
      boolean answered = false;
      for (MergeConflict conflict : conflicts.found()) {
        if (conflict.choice().isPresent()
            && conflict.choice().get().winners().contains(answer.winner())
            && answers.find(conflict.choice().get().id()).isEmpty()) {
          answers.add(conflict.choice().get().id(), answer);
          answered = true;
        }
      }
      if (!answered) {
        return Optional.empty();
      }
    }
    throw new AssertionError("answers lead to ever new conflicts");
  }
}
