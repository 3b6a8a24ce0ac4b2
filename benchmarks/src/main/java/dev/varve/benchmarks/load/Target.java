package dev.varve.benchmarks.load;

import dev.varve.benchmarks.report.Result;
import java.io.IOException;
import java.util.List;

/** What a load meets. Safe for use by many threads. */
interface Target extends AutoCloseable {

  /** The name in reports, such as {@code commit} or {@code rocksdb}. */
  String name();

  /** What the operations need, before the first of them; not measured. */
  default void prepare(int clients) throws Exception {}

  /**
   * Performs one operation; a write is durable when it returns.
   *
   * @param client which client asks, from 0; one thread at a time asks for a client
   * @param sequence how many operations this client performed before
   * @throws Refused if the operation was answered with an error
   * @throws Exception if it failed in another way; the driver counts it and goes on
   */
  void perform(int client, long sequence) throws Exception;

  /** What else was measured since {@link #prepare}, of the target itself. */
  default List<Result> further(int clients) {
    return List.of();
  }

  @Override
  void close() throws IOException;

  /** An operation that was answered with an error. */
  final class Refused extends Exception {
    /**
     * @param kind what reports count it under, such as {@code 409 commit-conflict}
     */
    Refused(String kind) {
      super(kind, null, false, false);
    }
  }
}
