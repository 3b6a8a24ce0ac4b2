package dev.varve.engine.archive;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.util.Map;

/**
 * The layout of an archive, version 1. Numbers are big-endian; a text is its length in four bytes
 * and its UTF-8.
 *
 * <pre>
 * archive   "VARVEARC" version:4 block*
 * block     kind:1 raw:4 stored:4 crc:4 bytes:stored
 * </pre>
 *
 * <p>{@code bytes} is {@code raw} bytes compressed with Zstandard; {@code crc} is the CRC-32C of
 * the block's other fields, in their order. Blocks hold whole records:
 *
 * <pre>
 * 1 HEADER    repository:text warehouse:text files:1        the first block, once
 * 2 OBJECTS   { length:4 canonical-bytes }
 * 3 REFS      { kind:1 name:text commit:32 }                kind: 0 branch, 1 tag
 * 4 REFLOG    { ref:text before?:1 [before:32] after?:1 [after:32] micros:8 who:text why:text }
 * 5 COUNTERS  { content-id:16 name:text value:8 }
 * 6 FILE      path:text length:8                            path below the warehouse
 * 7 DATA      the next bytes of the file before it
 * 127 END     objects:8 refs:8 entries:8 counters:8 files:8 sha256:32    the last block, once
 * </pre>
 *
 * <p>{@code sha256} is that of all bytes before the END block: what was cut, or put together of
 * several archives, is known for it. Reflog entries of a ref are in order, the oldest first;
 * otherwise blocks may come in any order.
 */
final class ArchiveFormat {
  static final byte[] MAGIC = {'V', 'A', 'R', 'V', 'E', 'A', 'R', 'C'};
  static final int VERSION = 1;

  static final int HEADER = 1;
  static final int OBJECTS = 2;
  static final int REFS = 3;
  static final int REFLOG = 4;
  static final int COUNTERS = 5;
  static final int FILE = 6;
  static final int DATA = 7;
  static final int END = 127;

  /** From this size on a block is written. */
  static final int BLOCK_BYTES = 1 << 20;

  /** The largest block that is read: an object may be larger than {@link #BLOCK_BYTES}. */
  static final int MOST_BLOCK_BYTES = 1 << 30;

  private ArchiveFormat() {}

  /** The error for bytes that are no whole archive. */
  static VarveException damaged(String why) {
    return new VarveException(
        ErrorCode.INVALID_DATA,
        "the archive is damaged: " + why,
        "nothing was imported; fetch or export it again",
        Map.of(),
        null);
  }
}
