package dev.varve.benchmarks.load;

/** What a load meets. Safe for use by many threads. */
interface Target extends AutoCloseable {

  /** The name in reports, such as {@code catalog} or {@code http}. */
  String name();

  /**
   * Performs one operation, durable when it returns.
   *
   * @param client which client asks, from 0; clients touch disjoint keys
   * @param sequence how many operations this client performed before
   * @throws Exception if the operation failed; the driver counts it and goes on
   */
  void perform(int client, long sequence) throws Exception;

  @Override
  void close();
}
