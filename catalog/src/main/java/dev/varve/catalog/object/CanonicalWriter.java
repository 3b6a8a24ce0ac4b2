package dev.varve.catalog.object;

import dev.varve.catalog.error.ErrorCode;
import dev.varve.catalog.error.VarveException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/**
 * Writes the canonical bytes of one object: the same fields always give the same bytes. Not safe
 * for use by several threads.
 */
public final class CanonicalWriter {
  private byte[] bytes = new byte[256];
  private int length;

  /** Begins an object of this kind in this format version. */
  public CanonicalWriter(ObjectKind kind, int format) {
    writeByte(kind.tag());
    writeByte((byte) format);
  }

  public CanonicalWriter writeByte(byte value) {
    reserve(1);
    bytes[length++] = value;
    return this;
  }

  /** Writes a number that is not negative, as unsigned LEB128. */
  public CanonicalWriter writeCount(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count is not negative: " + value);
    }
    long rest = value;
    while (rest >= 0x80) {
      writeByte((byte) (rest | 0x80));
      rest >>>= 7;
    }
    return writeByte((byte) rest);
  }

  /** Writes eight bytes, the most significant first. */
  public CanonicalWriter writeLong(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      writeByte((byte) (value >>> shift));
    }
    return this;
  }

  /** Writes bytes of a length that the reader knows. */
  public CanonicalWriter writeRaw(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  /** Writes a length, then the bytes. */
  public CanonicalWriter writeBytes(byte[] value) {
    return writeCount(value.length).writeRaw(value);
  }

  /**
   * Writes a length, then the text as UTF-8.
   *
   * @throws VarveException with {@link ErrorCode#INVALID_REQUEST} if it holds half of a surrogate
   *     pair, which UTF-8 cannot tell: it would be read back as another text
   */
  public CanonicalWriter writeString(String value) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      byte[] encoded = new byte[utf8.remaining()];
      utf8.get(encoded);
      return writeBytes(encoded);
    } catch (CharacterCodingException e) {
      throw new VarveException(
          ErrorCode.INVALID_REQUEST,
          "a text is not well-formed: it holds half of a character",
          "write characters beyond U+FFFF as a pair of surrogates",
          Map.of(),
          e);
    }
  }

  public CanonicalWriter writeId(ObjectId id) {
    return writeRaw(id.bytes());
  }

  /** Writes the number of entries, then names and values in the order of the names. */
  public CanonicalWriter writeMap(SortedMap<String, String> map) {
    writeCount(map.size());
    for (Map.Entry<String, String> entry : map.entrySet()) {
      writeString(entry.getKey()).writeString(entry.getValue());
    }
    return this;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
