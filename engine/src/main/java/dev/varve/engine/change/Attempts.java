package dev.varve.engine.change;

import dev.varve.catalog.error.ErrorCategory;
import dev.varve.catalog.error.VarveException;
import java.util.function.Supplier;

/** Computes a change again on the new state when a concurrent commit contradicted it. */
public final class Attempts {
  private static final int LIMIT = 4;

  private Attempts() {}

  /** Runs {@code change} until it does not end in a conflict, four times at most. */
  public static <T> T of(Supplier<T> change) {
    for (int attempt = 1; ; attempt++) {
      try {
        return change.get();
      } catch (VarveException e) {
        if (e.code().category() != ErrorCategory.CONFLICT || attempt == LIMIT) {
          throw e;
        }
      }
    }
  }
}
