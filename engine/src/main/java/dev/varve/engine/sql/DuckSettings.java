package dev.varve.engine.sql;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What DuckDB may use of this machine.
 *
 * @param memoryBytes for all trusted sessions together; what needs more spills to disk
 * @param queryMemoryBytes for each sandboxed session
 * @param threads for the trusted sessions together, and for each sandboxed one
 * @param sessions how many trusted sessions may be open at once
 * @param queries how many sandboxed sessions may be open at once
 * @param patience how long to queue for a session before giving up
 * @param temp the directory to spill to; made when first needed
 */
public record DuckSettings(
    long memoryBytes,
    long queryMemoryBytes,
    int threads,
    int sessions,
    int queries,
    Duration patience,
    Path temp) {
  private static final long MEBIBYTE = 1L << 20;

  /** Below this DuckDB cannot read a Parquet row group. */
  public static final long MIN_MEMORY_BYTES = 64 * MEBIBYTE;

  public DuckSettings {
    require(memoryBytes >= MIN_MEMORY_BYTES, "memory", "at least 64 MiB");
    require(queryMemoryBytes >= MIN_MEMORY_BYTES, "query memory", "at least 64 MiB");
    require(threads >= 1, "threads", "at least 1");
    require(sessions >= 1, "sessions", "at least 1");
    require(queries >= 1, "queries", "at least 1");
    require(!patience.isNegative(), "patience", "not negative");
    temp = temp.toAbsolutePath().normalize();
  }

  /**
   * A quarter of the machine's memory for the engine, a sixteenth for each of four queries, all its
   * processors.
   */
  public static DuckSettings defaults(Path temp) {
    long physical = physicalMemoryBytes();
    return new DuckSettings(
        Math.max(physical / 4, 256 * MEBIBYTE),
        Math.max(physical / 16, 256 * MEBIBYTE),
        Runtime.getRuntime().availableProcessors(),
        16,
        4,
        Duration.ofSeconds(30),
        temp);
  }

  private static long physicalMemoryBytes() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean machine) {
      return machine.getTotalMemorySize();
    }
    return 4096 * MEBIBYTE;
  }

  private static void require(boolean holds, String setting, String bound) {
    if (!holds) {
      throw new IllegalArgumentException("setting '" + setting + "' must be " + bound);
    }
  }
}
