/**
 * The load driver: many clients that repeat one operation against one target, and what each
 * repetition took.
 *
 * <p>Start at {@link LoadDriver}. A {@link Target} is what the load meets: the catalog in this
 * process, a server over HTTP, or bare RocksDB as the limit to compare with.
 */
package dev.varve.benchmarks.load;
