package dev.varve.catalog;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts measures by range. Safe for use by many threads. */
final class Tally {
  private static final long[] MICROS = {
    100,
    250,
    500,
    1_000,
    2_500,
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    10_000_000
  };
  private static final long[] AMOUNTS = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  private final long[] bounds;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  private Tally(long[] bounds) {
    this.bounds = bounds;
    this.counts =
        Stream.generate(LongAdder::new).limit(bounds.length + 1).toArray(LongAdder[]::new);
  }

  static Tally ofMicros() {
    return new Tally(MICROS);
  }

  static Tally ofAmounts() {
    return new Tally(AMOUNTS);
  }

  void add(long measure) {
    int found = Arrays.binarySearch(bounds, measure);
    counts[found >= 0 ? found : -found - 1].increment();
    sum.add(measure);
  }

  Distribution distribution() {
    return new Distribution(
        Arrays.stream(bounds).boxed().toList(),
        Arrays.stream(counts).map(LongAdder::sum).toList(),
        sum.sum());
  }
}
