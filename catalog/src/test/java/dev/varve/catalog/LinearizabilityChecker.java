package dev.varve.catalog;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a concurrent history can be explained by some order of its operations in which
 * each takes effect at once, between its invocation and its response.
 *
 * <p>The search of Wing and Gong (JPDC 1993), which tries every operation that no other one
 * precedes, with Lowe's memory (CPE 2017) of what was tried: the operations that are done, and the
 * state they led to.
 *
 * @param <S> the state of the model, a value
 */
final class LinearizabilityChecker<S> {
  private final List<Operation<S>> operations;
  private final Set<Tried<S>> tried = new HashSet<>();

  private LinearizabilityChecker(List<Operation<S>> operations) {
    this.operations = operations;
  }

  static <S> boolean isLinearizable(List<Operation<S>> history, S start) {
    List<Operation<S>> operations =
        history.stream().sorted(Comparator.comparingLong(Operation::invoked)).toList();
    return new LinearizabilityChecker<>(operations).search(new BitSet(), start);
  }

  private boolean search(BitSet done, S state) {
    if (done.cardinality() == operations.size()) {
      return true;
    }
    if (!tried.add(new Tried<>((BitSet) done.clone(), state))) {
      return false;
    }
    long firstResponse = Long.MAX_VALUE;
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      firstResponse = Math.min(firstResponse, operations.get(i).responded());
    }
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      Operation<S> operation = operations.get(i);
      if (operation.invoked() > firstResponse) {
        break;
      }
      Optional<S> next = operation.step().apply(state);
      if (next.isPresent()) {
        done.set(i);
        if (search(done, next.get())) {
          return true;
        }
        done.clear(i);
      }
    }
    return false;
  }

  /** What an operation with this response does to the model; empty if it cannot respond so. */
  @FunctionalInterface
  interface Step<S> {
    Optional<S> apply(S state);
  }

  /**
   * One call and its response.
   *
   * @param invoked when, on a clock that all threads share
   * @param responded when, or {@link Long#MAX_VALUE} if it is not known
   */
  record Operation<S>(String text, long invoked, long responded, Step<S> step) {
    @Override
    public String toString() {
      return "%d..%d %s".formatted(invoked, responded, text);
    }
  }

  private record Tried<S>(BitSet done, S state) {}
}
