package dev.varve.engine.merge;

import java.util.Optional;

/**
 * What somebody said of a conflict that is not between rows.
 *
 * @param value what is given; present with {@link Winner#VALUE} alone
 */
public record Answer(Winner winner, Optional<String> value) {
  public Answer {
    if (value.isPresent() != (winner == Winner.VALUE)) {
      throw new IllegalArgumentException("a value goes with VALUE, and with nothing else");
    }
  }
}
