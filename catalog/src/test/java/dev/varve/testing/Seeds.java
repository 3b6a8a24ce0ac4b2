package dev.varve.testing;

import java.util.stream.LongStream;

/** Seeds for tests with random input. */
public final class Seeds {
  private static final int DEFAULT_COUNT = 20;

  private Seeds() {}

  /**
   * Other seeds in every run; {@code -Dvarve.seed=N} runs one again, {@code -Dvarve.seeds=N} runs
   * as many.
   */
  public static LongStream forThisRun() {
    Long one = Long.getLong("varve.seed");
    if (one != null) {
      return LongStream.of(one);
    }
    long first = System.nanoTime() & 0xFFFFFF;
    return LongStream.range(first, first + Integer.getInteger("varve.seeds", DEFAULT_COUNT));
  }
}
