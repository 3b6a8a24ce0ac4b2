package dev.varve.engine.history;

import dev.varve.catalog.history.Commit;
import java.util.List;

/**
 * What a bisection found.
 *
 * @param firstBad a commit where the check does not hold, and did before it: on each of the commits
 *     it was made on, as far as they were among the suspects, or are known to be good
 * @param suspects among how many commits it was
 * @param steps the questions in their order; the first two are about the ends
 */
public record Bisection(Commit firstBad, int suspects, List<BisectStep> steps) {
  public Bisection {
    steps = List.copyOf(steps);
  }
}
