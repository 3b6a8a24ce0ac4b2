package dev.varve.engine.merge;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * One value on the three sides of a merge; base is empty when it is not known there.
 *
 * <p>A side that equals base did not change, and two equal changes are one.
 */
record ThreeWay<T>(Optional<T> base, T ours, T theirs) {
  static <T> ThreeWay<T> of(T base, T ours, T theirs) {
    return new ThreeWay<>(Optional.of(base), ours, theirs);
  }

  <U> ThreeWay<U> map(Function<T, U> part) {
    return new ThreeWay<>(base.map(part), part.apply(ours), part.apply(theirs));
  }

  boolean oursChanged() {
    return !base.map(value -> Objects.equals(value, ours)).orElse(false);
  }

  boolean theirsChanged() {
    return !base.map(value -> Objects.equals(value, theirs)).orElse(false);
  }

  boolean conflicts() {
    return oursChanged() && theirsChanged() && !Objects.equals(ours, theirs);
  }

  /**
   * The value of a side.
   *
   * @param winner not {@link Winner#VALUE}, nor base if it is not known
   */
  T of(Winner winner) {
    return switch (winner) {
      case OURS -> ours;
      case THEIRS -> theirs;
      case BASE -> base.orElseThrow();
      case VALUE -> throw new IllegalArgumentException("a value is no side");
    };
  }

  /** The merged value; ours where both sides changed it differently. */
  T merged() {
    return oursChanged() ? ours : theirs;
  }
}
