package dev.varve.benchmarks.load;

import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What one client saw. For use by one thread. */
final class Tally {
  /** Latencies are kept to three digits. */
  private static final int SIGNIFICANT_DIGITS = 3;

  private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
  private final SortedMap<String, Long> errors = new TreeMap<>();

  /** Performs an operation, and notes how long it took since {@code startNanos}. */
  void perform(Target target, int client, long sequence, long startNanos)
      throws InterruptedException {
    try {
      target.perform(client, sequence);
      latencies.recordValue(Math.max(0, (System.nanoTime() - startNanos) / 1_000));
    } catch (InterruptedException e) {
      throw e;
    } catch (Target.Refused e) {
      errors.merge(e.getMessage(), 1L, Long::sum);
    } catch (Exception e) {
      errors.merge(e.getClass().getSimpleName(), 1L, Long::sum);
    }
  }

  void add(Tally other) {
    latencies.add(other.latencies);
    other.errors.forEach((kind, count) -> errors.merge(kind, count, Long::sum));
  }

  /** Latencies of the operations that succeeded, in microseconds. */
  Histogram latencies() {
    return latencies;
  }

  /** How many operations failed, by kind. */
  SortedMap<String, Long> errors() {
    return errors;
  }
}
