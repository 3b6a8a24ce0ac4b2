package dev.varve.engine.merge;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was said of conflicts that are not between rows, and which of it counted. One instance
 * serves one merge; for one thread at a time.
 */
public final class Answers {
  private final Map<String, Answer> given = new HashMap<>();
  private final Map<String, MergeConflict> settled = new LinkedHashMap<>();

  /**
   * Notes what was said.
   *
   * @param conflict the id of its {@link Choice}
   */
  public void add(String conflict, Answer answer) {
    given.put(conflict, answer);
  }

  /** What was said of the conflict of an id; empty if nothing was. */
  public Optional<Answer> find(String conflict) {
    return Optional.ofNullable(given.get(conflict));
  }

  /** The conflicts that the merge came upon and that an answer decided, each once. */
  public List<MergeConflict> settled() {
    return List.copyOf(settled.values());
  }

  /** What was said of a conflict; empty if nothing was, or it cannot be chosen. */
  Optional<Answer> to(MergeConflict conflict) {
    return conflict
        .choice()
        .flatMap(
            choice ->
                find(choice.id()).filter(answer -> choice.winners().contains(answer.winner())));
  }

  /** Notes that the answer to a conflict decided it. */
  void settle(MergeConflict conflict) {
    settled.put(conflict.choice().orElseThrow().id(), conflict);
  }
}
