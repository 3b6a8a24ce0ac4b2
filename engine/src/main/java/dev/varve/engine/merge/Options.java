package dev.varve.engine.merge;

import dev.varve.engine.merge.Choice.ValueKind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What there is to choose between, as those see it who merge.
 *
 * @param part what is in conflict, such as {@code name of column 'price'}
 * @param seen what it is on the three sides, as text
 * @param winners who may win; nobody if only a change on a branch helps
 * @param value what may be given instead
 */
record Options(String part, ThreeWay<String> seen, Set<Winner> winners, Optional<ValueKind> value) {
  /** Any side may win, and what was before if it is known. */
  static Options ofSides(String part, ThreeWay<String> seen) {
    Set<Winner> winners = EnumSet.of(Winner.OURS, Winner.THEIRS);
    seen.base().ifPresent(it -> winners.add(Winner.BASE));
    return new Options(part, seen, winners, Optional.empty());
  }

  /** One of some may win. */
  static Options of(String part, ThreeWay<String> seen, Set<Winner> winners) {
    return new Options(part, seen, winners, Optional.empty());
  }

  /** The same, and something else may be given. */
  Options orValue(ValueKind kind) {
    Set<Winner> more = EnumSet.of(Winner.VALUE);
    more.addAll(winners);
    return new Options(part, seen, more, Optional.of(kind));
  }
}
