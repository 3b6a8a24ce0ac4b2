package dev.varve.catalog.store;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The number of the last change that was synced, in a file beside RocksDB's: what its log must lead
 * to when it is read again.
 *
 * <p>RocksDB takes the first record of its log that is not whole for its end, as it cannot tell a
 * write that was cut off, which nobody was told of, from damage to one that was acknowledged. The
 * mark can. It is written to memory that the system writes out by itself: a killed process leaves
 * it as it was, and after a loss of power it may be behind by the seconds that the system takes
 * (some 30), never ahead.
 *
 * <p>The file has 8 bytes: the number in 7, the most significant first, and a check of them, so
 * that zeros or a damaged mark are no mark.
 */
final class SyncedMark {
  static final String FILE = "synced";

  private static final int CHECK_BITS = Byte.SIZE;

  private final Path directory;
  private final MappedByteBuffer bytes;

  /** Guarded by this. */
  private long number;

  private SyncedMark(Path directory, MappedByteBuffer bytes) {
    this.directory = directory;
    this.bytes = bytes;
    this.number = decode(bytes.getLong(0));
  }

  /** Opens the mark of a store, and makes one of number 0 if there is none. */
  static SyncedMark open(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file) || Files.size(file) < Long.BYTES) {
      // The file has its place on the disk from now on, also when that is full.
      Files.write(file, new byte[Long.BYTES], StandardOpenOption.CREATE, StandardOpenOption.SYNC);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return new SyncedMark(directory, channel.map(MapMode.READ_WRITE, 0, Long.BYTES));
    }
  }

  /** The last change that is known to have been synced, 0 if none is. */
  synchronized long number() {
    return number;
  }

  /** Notes that all changes up to this one are synced. */
  synchronized void raise(long synced) {
    if (synced > number) {
      number = synced;
      bytes.putLong(0, encode(synced));
    }
  }

  /**
   * Checks what a log leads to.
   *
   * @param found the last change that can be read
   * @throws VarveException if less can be read than was synced
   */
  void requireReached(long found) {
    long expected = number();
    if (found < expected) {
      throw new VarveException(
          ErrorCode.STORE_CORRUPT,
          "the store in '%s' has lost writes: its log can be read up to change %d, but %d were acknowledged"
              .formatted(directory, found, expected),
          "its log is damaged; nothing was changed. Restore a backup; or, to go on without what is"
              + " lost, remove the file '%s' and start again".formatted(directory.resolve(FILE)),
          Map.of("directory", directory.toString()),
          null);
    }
  }

  static long encode(long number) {
    return number << CHECK_BITS | check(number);
  }

  /** The number, or 0 if the check is wrong. */
  static long decode(long encoded) {
    long number = encoded >>> CHECK_BITS;
    return encode(number) == encoded ? number : 0;
  }

  /** Any bit of the number changes it, and that of 0 is not 0. */
  private static long check(long number) {
    long folded = number ^ number >>> 32;
    folded ^= folded >>> 16;
    return ~(folded ^ folded >>> 8) & 0xFF;
  }
}
