package dev.varve.engine.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the copies of remote files may use of this machine.
 *
 * @param directory where they lie; nobody else writes there
 * @param maxBytes the bound of all copies together
 * @param downloads how many files are brought here at once
 * @param patience how long to wait for room while others read what fills it
 */
public record CacheSettings(Path directory, long maxBytes, int downloads, Duration patience) {
  /** Room for what one machine usually reads again, eight files at once. */
  public static CacheSettings defaults(Path directory) {
    return new CacheSettings(directory, 10L << 30, 8, Duration.ofSeconds(30));
  }
}
