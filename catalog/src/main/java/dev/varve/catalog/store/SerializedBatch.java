package dev.varve.catalog.store;

import dev.varve.catalog.store.Store.Change;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The bytes of a RocksDB write batch, made here so that a batch of hundreds of changes crosses into
 * native code once.
 *
 * <p>The layout is that of RocksDB's log, which it keeps readable for ever:
 *
 * <pre>
 * batch   sequence:8 (zero) count:4, both little-endian, then records
 * record  5 family key value, or 4 family key to delete
 * family  LEB128; key, value: a length as LEB128, then the bytes
 * </pre>
 */
final class SerializedBatch {
  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final byte PUT = 5;
  private static final byte DELETE = 4;

  private SerializedBatch() {}

  /**
   * @param families the number of a space's column family
   */
  static byte[] of(List<Change> changes, ToIntFunction<Space> families) {
    // To the byte, so that a batch of megabytes is not copied once more.
    long size = HEADER_BYTES;
    for (Change change : changes) {
      size += 1 + numberBytes(families.applyAsInt(change.space())) + bytesOf(change.key());
      if (change.value().isPresent()) {
        size += bytesOf(change.value().get());
      }
    }
    ByteBuffer batch = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    batch.putLong(0).putInt(changes.size());
    for (Change change : changes) {
      batch.put(change.value().isPresent() ? PUT : DELETE);
      putNumber(batch, families.applyAsInt(change.space()));
      putBytes(batch, change.key());
      if (change.value().isPresent()) {
        putBytes(batch, change.value().get());
      }
    }
    if (batch.hasRemaining()) {
      throw new IllegalStateException("a batch has %d bytes less".formatted(batch.remaining()));
    }
    return batch.array();
  }

  private static long bytesOf(byte[] bytes) {
    return (long) numberBytes(bytes.length) + bytes.length;
  }

  /** How many bytes a number takes: seven bits each. */
  private static int numberBytes(int number) {
    int significant = Integer.SIZE - Integer.numberOfLeadingZeros(number);
    return Math.max(1, (significant + 6) / 7);
  }

  private static void putBytes(ByteBuffer batch, byte[] bytes) {
    putNumber(batch, bytes.length);
    batch.put(bytes);
  }

  private static void putNumber(ByteBuffer batch, int number) {
    int rest = number;
    while (rest >= 0x80) {
      batch.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    batch.put((byte) rest);
  }
}
