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

  /** Of a record: its tag, and three numbers of up to five bytes. */
  private static final int MAX_OVERHEAD = 16;

  private SerializedBatch() {}

  /**
   * @param families the number of a space's column family
   */
  static byte[] of(List<Change> changes, ToIntFunction<Space> families) {
    long room = HEADER_BYTES;
    for (Change change : changes) {
      room += MAX_OVERHEAD + change.key().length + change.value().map(v -> v.length).orElse(0);
    }
    ByteBuffer batch = ByteBuffer.allocate(Math.toIntExact(room)).order(ByteOrder.LITTLE_ENDIAN);
    batch.putLong(0).putInt(changes.size());
    for (Change change : changes) {
      batch.put(change.value().isPresent() ? PUT : DELETE);
      putNumber(batch, families.applyAsInt(change.space()));
      putBytes(batch, change.key());
      if (change.value().isPresent()) {
        putBytes(batch, change.value().get());
      }
    }
    byte[] bytes = new byte[batch.position()];
    System.arraycopy(batch.array(), 0, bytes, 0, bytes.length);
    return bytes;
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
